import type { AlignedBeat } from './beat-class.js';
import { INDEPENDENT_LEADS } from '../ecg/lead.js';
import { samplesOf, type Trace } from './trace.js';

const BLOCK = samplesOf(12);
const BLOCKS_MIN = 4;
const BEATS_MAX = 40;

/**
 * How far what the beats share in a window stands above what chance would leave of their
 * differences: about 1 where nothing is shared (fibrillation, dissociated P waves), well above
 * where each beat brings the same wave. NaN of fewer than two beats.
 */
export function sharedEvidence(
  trace: Trace,
  beats: readonly AlignedBeat[],
  from: number,
  to: number,
): number {
  const blocks = Math.floor((to - from) / BLOCK);
  if (blocks < BLOCKS_MIN) return NaN;
  let shared = 0;
  let own = 0;
  for (const lead of trace.leads) {
    if (!(INDEPENDENT_LEADS as readonly string[]).includes(lead.name)) continue;
    const rows = beats
      .filter(({ at }) => at + from >= lead.from && at + from + blocks * BLOCK <= lead.to)
      .slice(0, BEATS_MAX)
      .map(({ at }) => flattened(lead.microvolts, at + from, blocks));
    if (rows.length < 2) continue;
    for (let b = 0; b < blocks; b += 1) {
      const mean = rows.reduce((sum, row) => sum + (row[b] as number), 0) / rows.length;
      shared += mean * mean * rows.length;
      own +=
        rows.reduce((sum, row) => sum + ((row[b] as number) - mean) ** 2, 0) / (rows.length - 1);
    }
  }
  if (own === 0) return NaN;
  return shared / own;
}

/** Means of short blocks, less the straight line that fits them best. */
function flattened(x: Float64Array, from: number, blocks: number): Float64Array {
  const row = new Float64Array(blocks);
  let level = 0;
  let moment = 0;
  let spread = 0;
  for (let b = 0; b < blocks; b += 1) {
    let sum = 0;
    for (let i = 0; i < BLOCK; i += 1) sum += x[from + b * BLOCK + i] as number;
    const offset = b - (blocks - 1) / 2;
    row[b] = sum / BLOCK;
    level += sum / BLOCK / blocks;
    moment += (sum / BLOCK) * offset;
    spread += offset * offset;
  }
  const slope = moment / spread;
  return row.map((value, b) => value - level - slope * (b - (blocks - 1) / 2));
}
