import { readdir } from 'node:fs/promises';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { LEAD_NAMES } from '../../src/core/ecg/lead.js';
import { sharedPath } from '../support/shared.js';
import { readAnnotations, readWfdbRecord, type WfdbAnnotation } from './wfdb.js';

export interface LudbRecord {
  readonly id: number;
  readonly ecg: Ecg;
  readonly comments: readonly string[];
  /** In the order of LEAD_NAMES. */
  readonly marks: readonly (readonly MarkedWave[])[];
}

export type WaveKind = 'p' | 'qrs' | 't';

/** Samples; an edge is null where the cardiologist set none. */
export interface MarkedWave {
  readonly kind: WaveKind;
  readonly onset: number | null;
  readonly peak: number;
  readonly offset: number | null;
}

/** Null where the data is absent. */
export async function readLudb(): Promise<readonly LudbRecord[] | null> {
  const folder = sharedPath('data/ludb/data');
  if (folder === null) return null;
  const ids = (await readdir(folder))
    .filter((name) => name.endsWith('.hea'))
    .map((name) => Number(name.slice(0, -'.hea'.length)))
    .sort((a, b) => a - b);
  return Promise.all(ids.map((id) => readRecord(folder, id)));
}

async function readRecord(folder: string, id: number): Promise<LudbRecord> {
  const { ecg, comments } = readWfdbRecord(folder, String(id));
  const marks = await Promise.all(
    LEAD_NAMES.map(async (name) =>
      markedWaves(await readAnnotations(`${folder}/${id}.${name.toLowerCase()}`)),
    ),
  );
  return { id, ecg, comments, marks };
}

const KINDS: Readonly<Record<string, WaveKind>> = { p: 'p', N: 'qrs', t: 't' };

/** `(`, a peak, `)` make a wave; LUDB leaves out some opening marks at the start of a lead. */
function markedWaves(annotations: readonly WfdbAnnotation[]): readonly MarkedWave[] {
  const waves: MarkedWave[] = [];
  let onset: number | null = null;
  for (const [i, { at, symbol }] of annotations.entries()) {
    const kind = KINDS[symbol];
    if (symbol === '(') onset = at;
    if (!kind) continue;
    const next = annotations[i + 1];
    const offset = next?.symbol === ')' ? next.at : null;
    waves.push({ kind, onset, peak: at, offset });
    onset = null;
  }
  return waves;
}
