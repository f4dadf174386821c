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

/** MDC codes of leads lie in partition 2 from here on: MDC = 2 * 65536 + 256 + the lead's number. */
const MDC_LEAD_BASE = 2 * 65536 + 256;

const byMdcCode: ReadonlyMap<number, LeadName> = new Map(
  LEAD_NAMES.map((name) => [MDC_LEAD_CODES[name], name]),
);
const byPlainName: ReadonlyMap<string, LeadName> = new Map(
  LEAD_NAMES.map((name) => [name.toUpperCase(), name]),
);

/** SCP-ECG's number of a lead; the `n` of DICOM's CID 3001 (`2:n`) and the end of MDC's is the same. */
export function leadOfScpNumber(number: number): LeadName | null {
  return byMdcCode.get(MDC_LEAD_BASE + number) ?? null;
}

/**
 * The lead that a code or a name stands for. A code wins over a name because files with swapped
 * display texts exist; callers pass the code first and fall back to the text only without one.
 */
export function parseLead(text: string): LeadName | null {
  const trimmed = text.trim();
  if (/^\d{6}$/.test(trimmed)) return byMdcCode.get(Number(trimmed)) ?? null;
  const dicom = /^2:(\d{1,3})$/.exec(trimmed);
  if (dicom) return leadOfScpNumber(Number(dicom[1]));
  const plain = trimmed
    .toUpperCase()
    .replace(/^MDC_ECG_(ELEC_POTL|LEAD)_/, '')
    .replace(/^(LEAD|ABLEITUNG)[\s_-]+/, '');
  return byPlainName.get(plain) ?? null;
}
