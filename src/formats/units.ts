/** MDC codes of the volt and its parts, and their names, beside UCUM. */
const VOLTS: ReadonlyMap<string, number> = new Map([
  ['266400', 6],
  ['MDC_DIM_VOLT', 6],
  ['MDC_DIM_X_VOLT', 6],
  ['V', 6],
  ['266418', 3],
  ['MDC_DIM_MILLI_VOLT', 3],
  ['mV', 3],
  ['266419', 0],
  ['MDC_DIM_MICRO_VOLT', 0],
  ['uV', 0],
  // ISO+ and ANS+, which version 2 used before UCUM, have no capitals.
  ['mv', 3],
  ['uv', 0],
  ['nv', -3],
  // The micro sign and the Greek letter look alike and are two characters.
  ['\u00b5V', 0],
  ['\u03bcV', 0],
  ['266420', -3],
  ['MDC_DIM_NANO_VOLT', -3],
  ['nV', -3],
]);

const RATES: ReadonlyMap<string, number> = new Map([
  ['264608', 0],
  ['MDC_DIM_PER_SEC', 0],
  ['264576', 0],
  ['MDC_DIM_HERTZ', 0],
  ['MDC_DIM_X_HERTZ', 0],
  ['Hz', 0],
  ['/s', 0],
  ['1/s', 0],
  ['s-1', 0],
  ['{samples}/s', 0],
  ['264579', 3],
  ['MDC_DIM_KILO_HERTZ', 3],
  ['kHz', 3],
]);

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['264320', 0],
  ['MDC_DIM_SEC', 0],
  ['MDC_DIM_X_SEC', 0],
  ['s', 0],
  ['264338', -3],
  ['MDC_DIM_MILLI_SEC', -3],
  ['ms', -3],
  ['264339', -6],
  ['MDC_DIM_MICRO_SEC', -6],
  ['us', -6],
]);

/** The power of ten that makes microvolts of this unit, or null where it is no voltage we know. */
export const microvoltExponent = (unit: string): number | null => find(VOLTS, unit);

/** The power of ten that makes hertz of this unit. */
export const hertzExponent = (unit: string): number | null => find(RATES, unit);

/** The power of ten that makes seconds of this unit. */
export const secondExponent = (unit: string): number | null => find(SECONDS, unit);

/** UCUM tells upper case from lower (mV is not MV), so nothing is folded. */
function find(units: ReadonlyMap<string, number>, unit: string): number | null {
  const trimmed = unit.trim();
  // Brackets around a unit are a habit of some senders: [mV].
  return units.get(trimmed) ?? units.get(trimmed.replace(/^\[(.*)\]$/, '$1')) ?? null;
}
