import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCard } from '../core/decision/card.js';
import { failure, failureOf, refuse, type Failure, type Result } from '../core/failure.js';
import { loadCard } from './card.js';
import { loadGolden, outputDifference, preparedDifference } from './golden.js';
import { prepareInputs } from './preprocess.js';
import { runMembers } from './run-model.js';
import { openMembers, releaseSessions, type OpenModel } from './session.js';

export interface RejectedModel {
  readonly folder: string;
  readonly failure: Failure;
}

export interface Verified<Model> {
  readonly ready: readonly Model[];
  readonly rejected: readonly RejectedModel[];
}

const MODELS_MAX = 32;
/** Holds the programs that make models, beside the models. */
const NOT_A_MODEL = 'training';

/** What `leadwire models verify` tells: everything is opened and run once, and let go again. */
export async function verifyModels(modelsDir: string): Promise<Verified<ModelCard>> {
  const { ready, rejected } = await openModels(modelsDir, 1);
  for (const { sessions } of ready) await releaseSessions(sessions);
  return { ready: ready.map(({ card }) => card), rejected };
}

/** Every folder of a models folder, opened, checked against its card and run on its golden ECG. */
export function openModels(
  modelsDir: string,
  intraOpThreads: number,
): Promise<Verified<OpenModel>> {
  return eachFolder(modelsDir, (folder) => openModel(folder, intraOpThreads));
}

/** The cards alone, for a process that names the model set and scores nothing itself. */
export function readCards(modelsDir: string): Promise<Verified<ModelCard>> {
  return eachFolder(modelsDir, loadCard);
}

/** Which weights answer, in a dozen letters: ids, versions and hashes of all members. */
export function modelSetOf(cards: readonly ModelCard[]): string {
  const lines = cards.map(({ id, version, members }) =>
    [`${id}@${version}`, ...members.map(({ sha256 }) => sha256)].join(' '),
  );
  const digest = createHash('sha256').update(lines.sort().join('\n')).digest('hex');
  return `models-${digest.slice(0, 12)}`;
}

async function eachFolder<Model>(
  modelsDir: string,
  open: (folder: string) => Promise<Result<Model>>,
): Promise<Verified<Model>> {
  const ready: Model[] = [];
  const rejected: RejectedModel[] = [];
  const folders = await modelFolders(modelsDir);
  if (!folders.ok) return { ready, rejected: [{ folder: modelsDir, failure: folders.failure }] };
  for (const folder of folders.value) {
    const opened = await open(join(modelsDir, folder));
    if (opened.ok) ready.push(opened.value);
    else rejected.push({ folder, failure: opened.failure });
  }
  return { ready, rejected };
}

async function modelFolders(modelsDir: string): Promise<Result<readonly string[]>> {
  const folders: string[] = [];
  try {
    for (const name of (await readdir(modelsDir)).sort()) {
      if (name === NOT_A_MODEL || name.startsWith('.')) continue;
      if ((await stat(join(modelsDir, name))).isDirectory()) folders.push(name);
    }
  } catch (error) {
    return refuse('model-invalid', `models folder cannot be read (${failureOf(error).detail})`);
  }
  if (folders.length === 0) return refuse('model-invalid', 'models folder holds no model');
  if (folders.length <= MODELS_MAX) return { ok: true, value: folders };
  return refuse('model-invalid', `${folders.length} models, ${MODELS_MAX} are allowed`);
}

async function openModel(folder: string, intraOpThreads: number): Promise<Result<OpenModel>> {
  const card = await loadCard(folder);
  if (!card.ok) return card;
  const opened = await openMembers(folder, card.value, intraOpThreads);
  if (!opened.ok) return opened;
  const fault = await goldenFault(folder, opened.value);
  if (fault === null) return opened;
  await releaseSessions(opened.value.sessions);
  return { ok: false, failure: fault };
}

/** Runs the golden ECG through every member, which also warms the sessions up. */
async function goldenFault(folder: string, model: OpenModel): Promise<Failure | null> {
  const golden = await loadGolden(folder, model.card);
  if (!golden.ok) return golden.failure;
  const inputs = prepareInputs(model.card, golden.value.ecg);
  if (!inputs.ok) return asInvalid(inputs.failure);
  const prepared = preparedDifference(golden.value, inputs.value);
  if (prepared) return prepared;
  const logits = await runMembers(model, inputs.value);
  if (!logits.ok) return asInvalid(logits.failure);
  return outputDifference(model.card, golden.value, logits.value);
}

function asInvalid(why: Failure): Failure {
  return failure('model-invalid', `golden ECG: ${why.detail}`);
}
