import { leadLabel } from '../channels.js';

/** Spelled out as in the nomenclature's reference ids, where most recorders write `aVR`. */
const AUGMENTED: Readonly<Record<string, string>> = {
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_RIGHT: 'aVR',
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_LEFT: 'aVL',
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_FOOT: 'aVF',
};

/** The lead that the code of a sequence names; null for a time, a lead we do not take, or none. */
export function leadOfCode(code: string): string | null {
  return leadLabel(AUGMENTED[code.trim().toUpperCase()] ?? code);
}
