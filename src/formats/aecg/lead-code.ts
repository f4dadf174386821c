import { leadLabel } from '../channels.js';

/** Spelled out as in the nomenclature's reference ids, where most recorders write `aVR`. */
const AUGMENTED: Readonly<Record<string, string>> = {
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_RIGHT: 'aVR',
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_LEFT: 'aVL',
  MDC_ECG_LEAD_AUGMENTED_VOLTAGE_FOOT: 'aVF',
};

/** A recorder's own system may have the standard's leads under its maker's name. */
const VENDOR = /^(?!MDC_)[A-Z0-9]{1,20}_ECG_LEAD_/;

/** The lead that the code of a sequence names; null for a time, a lead we do not take, or none. */
export function leadOfCode(code: string): string | null {
  const standard = code.trim().toUpperCase().replace(VENDOR, 'MDC_ECG_LEAD_');
  return leadLabel(AUGMENTED[standard] ?? standard);
}
