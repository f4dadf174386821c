import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Assessment } from '../../core/decision/assessment.js';
import { decide } from '../../core/decision/decide.js';
import { examine } from '../../core/decision/examination.js';
import { EVALUATION_POLICY } from '../../core/decision/policy.js';
import type { Scored } from '../../core/decision/scorer.js';
import type { Ecg } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { failureOf, type Result } from '../../core/failure.js';
import { toPng } from '../../drawing/png.js';
import { toSvg } from '../../drawing/svg.js';
import { openScorer, type ScorerPool } from '../../scoring/pool.js';
import { createDecoder, type Decode } from '../../decoder.js';
import { inOrder } from '../in-order.js';
import { openPictures } from '../pictures.js';
import { createProgress } from '../progress.js';
import { readEcgFile } from './file.js';
import { listInputs, type InputFile, type Inputs } from './inputs.js';
import { parseOptions, USAGE, type ScoreOptions } from './options.js';
import { toPage } from '../../delivery/page.js';
import { toEcgFile, toRecord, toRefusal } from './record.js';
import { tell } from './telling.js';

const RUN_MS_MAX = 60_000;
/** Files read ahead, so that no scoring thread waits for the disk. */
const AHEAD = 2;
const REFUSED = 2;
const UNUSABLE = 1;

interface ScoredFile {
  readonly file: InputFile;
  readonly done: Result<{ readonly reading: Reading; readonly assessment: Assessment }>;
}

/** Reads, measures and scores files without a running service. Nobody is ever alerted by it. */
export async function score(args: readonly string[], modelsDir: string): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = parseOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return UNUSABLE;
  }
  const inputs = await listInputs(options.paths);
  for (const path of inputs.missing) process.stderr.write(`${path}: there is no such file\n`);
  if (inputs.missing.length > 0) return UNUSABLE;
  if (inputs.files.length === 0) {
    process.stderr.write('the folder holds no file\n');
    return UNUSABLE;
  }
  const scorer = await openModels(modelsDir, options, inputs);
  const pictures = openPictures();
  try {
    const decode = createDecoder((picture) => pictures.read(picture));
    return await scoreAll(inputs, options, scorer, decode);
  } finally {
    await pictures.close();
    await scorer?.close();
  }
}

/** Without usable models there are still the measurements and the criteria. */
async function openModels(
  modelsDir: string,
  { threads }: ScoreOptions,
  { files }: Inputs,
): Promise<ScorerPool | null> {
  let scorer: ScorerPool | null = null;
  try {
    scorer = await openScorer({
      modelsDir,
      threads: files.length === 1 ? 1 : threads,
      intraOpThreads: null,
      runMsMax: RUN_MS_MAX,
      log: () => undefined,
    });
    scorer.check();
    return scorer;
  } catch (error) {
    await scorer?.close();
    process.stderr.write(`No network can be used (${failureOf(error).detail}).\n`);
    return null;
  }
}

async function scoreAll(
  inputs: Inputs,
  options: ScoreOptions,
  scorer: ScorerPool | null,
  decode: Decode,
): Promise<number> {
  const { files } = inputs;
  const nowMs = Date.now();
  const progress = createProgress(files.length, 'files', process.stderr);
  const one = (file: InputFile): Promise<ScoredFile> =>
    scoreFile(file, options, scorer, decode, nowMs);
  let refused = 0;
  for await (const { file, done } of inOrder(files, (scorer?.threads ?? 1) + AHEAD, one)) {
    progress.step();
    if (!done.ok) {
      refused += 1;
      const { code, detail, location } = done.failure;
      if (options.json) process.stdout.write(`${toRefusal(file.path, done.failure)}\n`);
      else {
        const where = location === null ? '' : ` at ${location}`;
        process.stderr.write(`${file.path}: refused (${code}): ${detail}${where}\n`);
      }
      continue;
    }
    const { reading, assessment } = done.value;
    process.stdout.write(
      options.json
        ? `${toRecord(file.path, reading, assessment)}\n`
        : `${tell(file.path, reading, assessment)}\n`,
    );
    const unwritten = writeBeside(file, reading, assessment, options, inputs);
    if (unwritten !== null) process.stderr.write(`${unwritten}\n`);
    if (unwritten !== null) refused += 1;
  }
  progress.end();
  return refused === 0 ? 0 : REFUSED;
}

/** The sentence that says what could not be written, or null. */
function writeBeside(
  file: InputFile,
  reading: Reading,
  assessment: Assessment,
  { ecgOut, png, svg }: ScoreOptions,
  inputs: Inputs,
): string | null {
  const faults: (string | null)[] = [];
  if (ecgOut !== null) {
    faults.push(write(placeFor(ecgOut, file, inputs, '.json'), toEcgFile(reading.ecg)));
  }
  if (png !== null || svg !== null) {
    const page = toPage(reading, assessment);
    if (png !== null) faults.push(write(placeFor(png, file, inputs, '.png'), toPng(page)));
    if (svg !== null) faults.push(write(placeFor(svg, file, inputs, '.svg'), toSvg(page)));
  }
  return faults.find((fault) => fault !== null) ?? null;
}

async function scoreFile(
  file: InputFile,
  options: ScoreOptions,
  scorer: ScorerPool | null,
  decode: Decode,
  nowMs: number,
): Promise<ScoredFile> {
  try {
    const read = await readEcgFile(file.path, decode, options, nowMs);
    if (!read.ok) return { file, done: read };
    const reading = read.value;
    const scored = scorer ? await scorer.score(reading.ecg) : withoutNetworks(reading.ecg);
    const assessment = assess(reading, scored, scorer, nowMs);
    return { file, done: { ok: true, value: { reading, assessment } } };
  } catch (error) {
    return { file, done: { ok: false, failure: failureOf(error) } };
  }
}

function withoutNetworks(ecg: Ecg): Scored {
  return { examination: examine(ecg), outcomes: [] };
}

function assess(
  reading: Reading,
  scored: Scored,
  scorer: ScorerPool | null,
  nowMs: number,
): Assessment {
  return decide({
    ecg: reading.ecg,
    acquisition: { instantMs: null, flags: [] },
    production: false,
    hasPatient: reading.patient !== null,
    firstAssessment: false,
    cards: scorer?.cards ?? [],
    modelSet: scorer?.modelSet ?? '',
    ...scored,
    policy: EVALUATION_POLICY,
    nowMs,
  });
}

/** For one file the path itself; else a place below it, as the file lies below its folder. */
function placeFor(path: string, { name }: InputFile, { isSingle }: Inputs, ending: string): string {
  return isSingle ? path : `${join(path, name)}${ending}`;
}

function write(path: string, content: string | Uint8Array): string | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return null;
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return `${path}: cannot be written (${code})`;
  }
}
