import { Cursor } from '../cursor.js';

/** A stretch of samples, numbered from 1, the last one counted in. */
export interface Zone {
  readonly first: number;
  readonly last: number;
}

/** Where the average beat was taken from the rhythm. */
export interface SubtractionZone extends Zone {
  /** Only beats of type 0 look like the average beat. */
  readonly type: number;
  readonly fiducial: number;
}

/** Section 4: where the beats are, and where no sample was thinned out. */
export interface Beats {
  readonly referenceMs: number;
  /** The sample of the average beat that lies on each beat's own, from 1. */
  readonly referenceFiducial: number;
  readonly subtractions: readonly SubtractionZone[];
  readonly protectedZones: readonly Zone[];
}

const SUBTRACTION_BYTES = 14;
const ZONE_BYTES = 8;

/** Which of its two lists the section has is told by its length; the oldest files have but one. */
export function readBeats(bytes: Uint8Array, isSubtracted: boolean): Beats | null {
  const cursor = new Cursor(bytes);
  const [referenceMs, referenceFiducial, count] = [cursor.u16(), cursor.u16(), cursor.u16()];
  const hasBoth = cursor.left >= count * (SUBTRACTION_BYTES + ZONE_BYTES);
  const hasSubtractions = hasBoth || (isSubtracted && cursor.left >= count * SUBTRACTION_BYTES);
  if (cursor.overrun || (!hasSubtractions && cursor.left < count * ZONE_BYTES)) return null;
  const subtractions: SubtractionZone[] = [];
  for (let i = 0; hasSubtractions && i < count; i += 1) {
    const [type, first, fiducial, last] = [cursor.u16(), cursor.u32(), cursor.u32(), cursor.u32()];
    subtractions.push({ type, first, fiducial, last });
  }
  const zones: Zone[] = [];
  for (let i = 0; (hasBoth || !hasSubtractions) && i < count; i += 1) {
    zones.push({ first: cursor.u32(), last: cursor.u32() });
  }
  const protectedZones = zones.length > 0 ? zones : subtractions;
  return { referenceMs, referenceFiducial, subtractions, protectedZones };
}

/** Protected zones inside a lead, in order; null where they overlap or run backwards. */
export function zonesWithin(zones: readonly Zone[], first: number, last: number): Zone[] | null {
  const within: Zone[] = [];
  let free = first;
  for (const zone of zones) {
    // A zone of zeros belongs to a beat that has none.
    if (zone.last < first || zone.first > last || zone.last === 0) continue;
    const cut = { first: Math.max(zone.first, first), last: Math.min(zone.last, last) };
    if (cut.first < free || cut.last < cut.first) return null;
    within.push(cut);
    free = cut.last + 1;
  }
  return within;
}
