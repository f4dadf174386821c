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

/** Leads that some carts record beside the twelve: right-sided and posterior. */
export const EXTRA_LEAD_NAMES = ['V3R', 'V4R', 'V7', 'V8', 'V9'] as const;

export type ExtraLeadName = (typeof EXTRA_LEAD_NAMES)[number];

export type AnyLeadName = LeadName | ExtraLeadName;

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

export const MDC_EXTRA_LEAD_CODES: Readonly<Record<ExtraLeadName, number>> = Object.freeze({
  V3R: 131339,
  V4R: 131340,
  V7: 131337,
  V8: 131394,
  V9: 131395,
});

/** MDC codes of leads lie in partition 2 from here on: MDC = 2 * 65536 + 256 + the lead's number. */
const MDC_LEAD_BASE = 2 * 65536 + 256;

interface Naming<Name extends string> {
  readonly byMdcCode: ReadonlyMap<number, Name>;
  readonly byPlainName: ReadonlyMap<string, Name>;
}

function namingOf<Name extends string>(
  names: readonly Name[],
  codes: Readonly<Record<Name, number>>,
): Naming<Name> {
  return {
    byMdcCode: new Map(names.map((name) => [codes[name], name])),
    byPlainName: new Map(names.map((name) => [name.toUpperCase(), name])),
  };
}

const TWELVE = namingOf(LEAD_NAMES, MDC_LEAD_CODES);
const EXTRA = namingOf(EXTRA_LEAD_NAMES, MDC_EXTRA_LEAD_CODES);

/** SCP-ECG's number of a lead; the `n` of DICOM's CID 3001 (`2:n`) and the end of MDC's is the same. */
export function leadOfScpNumber(number: number): LeadName | null {
  return TWELVE.byMdcCode.get(MDC_LEAD_BASE + number) ?? null;
}

export function extraLeadOfScpNumber(number: number): ExtraLeadName | null {
  return EXTRA.byMdcCode.get(MDC_LEAD_BASE + number) ?? null;
}

/** SCP-ECG's number of a lead, for writers. */
export function scpNumberOf(name: LeadName): number {
  return MDC_LEAD_CODES[name] - MDC_LEAD_BASE;
}

/**
 * The lead that a code or a name stands for. A code wins over a name because files with swapped
 * display texts exist; callers pass the code first and fall back to the text only without one.
 */
export function parseLead(text: string): LeadName | null {
  return parseWith(TWELVE, text);
}

/** The same for a lead beyond the twelve. */
export function parseExtraLead(text: string): ExtraLeadName | null {
  return parseWith(EXTRA, text);
}

function parseWith<Name extends string>(naming: Naming<Name>, text: string): Name | null {
  const trimmed = text.trim();
  if (/^\d{6}$/.test(trimmed)) return naming.byMdcCode.get(Number(trimmed)) ?? null;
  const dicom = /^2:(\d{1,3})$/.exec(trimmed);
  if (dicom) return naming.byMdcCode.get(MDC_LEAD_BASE + Number(dicom[1])) ?? null;
  const plain = trimmed
    .toUpperCase()
    .replace(/^MDC_ECG_(ELEC_POTL|LEAD)_/, '')
    .replace(/^(LEAD|ABLEITUNG)[\s_-]+/, '');
  return naming.byPlainName.get(plain) ?? null;
}
