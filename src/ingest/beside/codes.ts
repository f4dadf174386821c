import type { BesideKind } from '../../ledger/beside.js';

/** LOINC codes of what stands beside an ECG, as a site has them. */
export interface BesideCodes {
  readonly troponin: readonly string[];
  readonly vital: readonly string[];
  readonly complaint: readonly string[];
}

export function kindsByCode(codes: BesideCodes): ReadonlyMap<string, BesideKind> {
  return new Map(
    (['troponin', 'vital', 'complaint'] as const).flatMap((kind) =>
      codes[kind].map((code) => [code, kind] as const),
    ),
  );
}
