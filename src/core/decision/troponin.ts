/** One troponin result beside an ECG, in the laboratory's own unit. */
export interface TroponinValue {
  readonly code: string;
  readonly unit: string | null;
  readonly value: number | null;
  readonly atMs: number;
}

/** A change of a fifth is more than the assay's own scatter. */
export const RISE_SHARE_MIN = 0.2;
/** Serial values of one stay; what is older belongs to another story. */
export const WITHIN_MS = 24 * 3_600_000;

/** Whether the newest value stands clearly above an earlier one of the same assay and unit. */
export function isTroponinRising(values: readonly TroponinValue[], nowMs: number): boolean {
  const recent = values
    .filter(({ value, atMs }) => value !== null && atMs <= nowMs && nowMs - atMs <= WITHIN_MS)
    .sort((a, b) => a.atMs - b.atMs);
  const newest = recent.at(-1);
  if (!newest) return false;
  const earlier = recent.filter(
    ({ code, unit, atMs }) => code === newest.code && unit === newest.unit && atMs < newest.atMs,
  );
  const least = Math.min(...earlier.map(({ value }) => value ?? Infinity));
  return (newest.value ?? 0) > least * (1 + RISE_SHARE_MIN);
}
