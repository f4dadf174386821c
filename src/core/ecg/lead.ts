/** The twelve leads in the one order used everywhere. */
export const LEAD_NAMES = [
  'I',
  'II',
  'III',
  'aVR',
  'aVL',
  'aVF',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
] as const;

export type LeadName = (typeof LEAD_NAMES)[number];

/** The leads that hold all the information: the other four follow from I and II. */
export const INDEPENDENT_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

export type DerivableLead = 'III' | 'aVR' | 'aVL' | 'aVF';

/** ISO/IEEE 11073-10101 (MDC) codes, the same under both of its system URIs. */
export const MDC_LEAD_CODES: Readonly<Record<LeadName, number>> = Object.freeze({
  I: 131329,
  II: 131330,
  III: 131389,
  aVR: 131390,
  aVL: 131391,
  aVF: 131392,
  V1: 131331,
  V2: 131332,
  V3: 131333,
  V4: 131334,
  V5: 131335,
  V6: 131336,
});

const byMdcCode: ReadonlyMap<number, LeadName> = new Map(
  LEAD_NAMES.map((name) => [MDC_LEAD_CODES[name], name]),
);
const byPlainName: ReadonlyMap<string, LeadName> = new Map(
  LEAD_NAMES.map((name) => [name.toUpperCase(), name]),
);

/**
 * The lead that a code or a name stands for. A code wins over a name because files with swapped
 * display texts exist; callers pass the code first and fall back to the text only without one.
 */
export function parseLead(text: string): LeadName | null {
  const trimmed = text.trim();
  if (/^\d{6}$/.test(trimmed)) return byMdcCode.get(Number(trimmed)) ?? null;
  const plain = trimmed
    .toUpperCase()
    .replace(/^MDC_ECG_(ELEC_POTL|LEAD)_/, '')
    .replace(/^(LEAD|ABLEITUNG)[\s_-]+/, '');
  return byPlainName.get(plain) ?? null;
}
