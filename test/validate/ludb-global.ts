import { median } from '../../src/core/signal/statistics.js';
import type { MarkedWave, WaveKind } from './ludb-records.js';

/** Marks of one wave in different leads lie closer than this; waves of one kind lie further apart. */
const SAME_WAVE_SAMPLES = 75;
/** A wave that fewer leads show is not one of the whole heart. */
const LEADS_MIN = 6;

/** The waves of all leads together: position the median, onset the earliest, offset the latest. */
export function globalWaves(
  leads: readonly (readonly MarkedWave[])[],
  kind: WaveKind,
): MarkedWave[] {
  const all = leads
    .flat()
    .filter((wave) => wave.kind === kind)
    .sort((a, b) => a.peak - b.peak);
  const groups: MarkedWave[][] = [];
  for (const wave of all) {
    const group = groups[groups.length - 1];
    if (group?.[0] && wave.peak - group[0].peak < SAME_WAVE_SAMPLES) group.push(wave);
    else groups.push([wave]);
  }
  return groups
    .filter((group) => group.length >= LEADS_MIN)
    .map((group) => ({
      kind,
      onset: extreme(group, 'onset', Math.min),
      peak: median(group.map((wave) => wave.peak)),
      offset: extreme(group, 'offset', Math.max),
    }));
}

function extreme(
  group: readonly MarkedWave[],
  edge: 'onset' | 'offset',
  pick: (...values: number[]) => number,
): number | null {
  const values = group.flatMap((wave) => wave[edge] ?? []);
  return values.length > 0 ? pick(...values) : null;
}
