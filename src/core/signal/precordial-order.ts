import type { LeadName } from '../ecg/lead.js';
import type { Measured } from './measurement.js';

export interface PrecordialSuspicion {
  readonly leads: readonly [LeadName, LeadName];
  /** Roughness of the row from V1 to V6 with the two exchanged, as a share of it as recorded. */
  readonly share: number;
}

/** Below this an exchange makes the row so much smoother that the electrodes may be crossed. */
const SHARE_MAX = 0.78;
const CHEST: readonly LeadName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** Electrodes are crossed with a neighbour or the next but one. */
const REACH = 2;

/** From V1 to V6 the beat changes step by step: a row that jumps may be in the wrong order. */
export function suspectPrecordialSwap(measured: Measured): PrecordialSuspicion | null {
  const row = CHEST.map((name) => measured.leads.find((lead) => lead.name === name));
  if (row.some((lead) => !lead || lead.beatCount === 0)) return null;
  const { qrs, t } = measured.medianBeat;
  const to = (t ?? qrs).offset;
  const beats = row.map((lead) => lead?.microvolts.subarray(qrs.onset, to) ?? new Float64Array(0));
  const apart = beats.map((a) => beats.map((b) => distance(a, b)));
  const identity = CHEST.map((_, k) => k);
  const asRecorded = roughness(apart, identity);
  let best: PrecordialSuspicion | null = null;
  for (let i = 0; i < CHEST.length; i += 1) {
    for (let k = i + 1; k <= Math.min(i + REACH, CHEST.length - 1); k += 1) {
      const order = identity.map((place) => (place === i ? k : place === k ? i : place));
      const share = roughness(apart, order) / Math.max(asRecorded, 1);
      if (share < (best?.share ?? SHARE_MAX)) {
        best = { leads: [CHEST[i] as LeadName, CHEST[k] as LeadName], share };
      }
    }
  }
  return best;
}

function roughness(apart: readonly (readonly number[])[], order: readonly number[]): number {
  return order
    .slice(1)
    .reduce((sum, place, i) => sum + (apart[order[i] as number]?.[place] ?? 0), 0);
}

function distance(a: Float64Array, b: Float64Array): number {
  const square = a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);
  return Math.sqrt(square / Math.max(1, a.length));
}
