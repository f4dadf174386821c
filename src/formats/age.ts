import { ECG_LIMITS } from '../core/ecg/ecg.js';
import { parseDecimal } from './decimal.js';

const YEARS_IN: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['YEARS', 1],
  ['YEAR', 1],
  ['MONTHS', 1 / 12],
  ['WEEKS', 7 / 365.25],
  ['DAYS', 1 / 365.25],
  ['HOURS', 1 / 8766],
]);

/** An age beyond any life stands for one that is hidden or not known. */
export function parseAge(text: string, unit: string): number | null {
  const age = parseDecimal(text);
  const years = YEARS_IN.get(unit.toUpperCase());
  if (age === null || years === undefined || age < 0) return null;
  const whole = Math.floor(age * years + 1e-9);
  return whole <= ECG_LIMITS.ageYearsMax ? whole : null;
}
