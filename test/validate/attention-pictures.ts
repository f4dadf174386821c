import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { LEAD_NAMES } from '../../src/core/ecg/lead.js';
import { drawEcg } from '../../src/core/image/draw-ecg.js';
import type { EvidenceSpan } from '../../src/core/image/evidence.js';
import { toPng } from '../../src/drawing/png.js';
import { ecgOf, readPtbxl } from './ptbxl-records.js';

const DOTS_PER_INCH = 96;
const LENGTH_MS = 10_000;
/** As the service shows it: steps below this share of the heaviest are left out. */
const SHARE_MIN = 0.5;

const asked = z.array(
  z.strictObject({
    id: z.int(),
    file: z.string().regex(/^[a-z0-9-]+\.png$/),
    line: z.string(),
    attention: z.array(z.array(z.number())).length(LEAD_NAMES.length),
  }),
);

/** Draws PTB-XL records with what a network's attention lay on, as a list in JSON says. */
export async function main(list: string, folder: string): Promise<void> {
  const pictures = asked.parse(JSON.parse(await readFile(list, 'utf8')));
  const records = new Map((await readPtbxl())?.map((record) => [record.id, record]));
  await mkdir(folder, { recursive: true });
  for (const { id, file, line, attention } of pictures) {
    const record = records.get(id);
    if (!record) throw new Error(`there is no record ${id}`);
    const evidence = {
      spans: spansOf(attention),
      stLevels: [],
      medianBeat: null,
      lines: [{ kind: 'finding' as const, text: line }],
    };
    const page = drawEcg(ecgOf(record), { evidence, layout: '6x2' });
    await writeFile(join(folder, file), toPng(page, { dotsPerInch: DOTS_PER_INCH }));
  }
}

function spansOf(attention: readonly (readonly number[])[]): EvidenceSpan[] {
  const top = Math.max(...attention.flat());
  return LEAD_NAMES.flatMap((lead, row) => {
    const steps = attention[row] ?? [];
    const stepMs = LENGTH_MS / steps.length;
    const isHeavy = (step: number): boolean => (steps[step] ?? 0) >= SHARE_MIN * top;
    const starts = steps.map((_, i) => i).filter((i) => isHeavy(i) && !isHeavy(i - 1));
    return starts.map((from) => {
      let to = from;
      while (isHeavy(to)) to += 1;
      return { lead, fromMs: from * stepMs, toMs: to * stepMs, label: null };
    });
  });
}

const [, script = '', list, folder] = process.argv;
if (import.meta.url === pathToFileURL(script).href && list && folder) await main(list, folder);
