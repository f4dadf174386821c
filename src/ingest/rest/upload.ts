import { ECG_LIMITS } from '../../core/ecg/ecg.js';
import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import type { Beside } from '../intake.js';

/** What may stand beside an uploaded ECG, as query parameters. */
export interface Upload {
  readonly beside: Beside;
  /** The parameters as given, kept so that a replay decodes the same. */
  readonly hints: Readonly<Record<string, string>>;
  readonly waitMs: number;
}

export type UploadResult =
  { readonly ok: true; readonly upload: Upload } | { readonly ok: false; readonly problem: string };

export const WAIT_MS_MAX = 60_000;
const HINTS = ['patient', 'encounter', 'age', 'sex', 'acquired', 'name'] as const;
const TEXT_MAX = 200;
const CONTROL = /\p{Cc}/u;

export function parseUpload(query: Readonly<Record<string, unknown>>): UploadResult {
  const hints: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (name === 'waitMs') continue;
    if (!(HINTS as readonly string[]).includes(name)) {
      return { ok: false, problem: `no parameter is called ${name.slice(0, 40)}` };
    }
    if (typeof value !== 'string' || value === '' || value.length > TEXT_MAX) {
      return {
        ok: false,
        problem: `${name} must be given once, in at most ${TEXT_MAX} characters`,
      };
    }
    if (CONTROL.test(value)) return { ok: false, problem: `${name} holds a control character` };
    hints[name] = value;
  }
  const waitMs = Number(query['waitMs'] ?? 0);
  if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > WAIT_MS_MAX) {
    return { ok: false, problem: `waitMs must be a whole number from 0 to ${WAIT_MS_MAX}` };
  }
  const beside = parseBeside(hints);
  return typeof beside === 'string'
    ? { ok: false, problem: beside }
    : { ok: true, upload: { beside, hints, waitMs } };
}

/** The same for the hints of a stored receipt: what was taken once is taken again. */
export function parseBeside(hints: Readonly<Record<string, string>>): Beside | string {
  const { patient, encounter, age, sex, acquired, name } = hints;
  const patientId = patient === undefined ? null : parseIdentifier(patient);
  const encounterId = encounter === undefined ? null : parseIdentifier(encounter);
  if (patientId === undefined || encounterId === undefined) {
    return 'patient and encounter must read authority|identifier';
  }
  if (name !== undefined && patientId === null) return 'a name goes with a patient number only';
  const ageYears = age === undefined ? null : Number(age);
  if (ageYears !== null && !(ageYears >= 0 && ageYears <= ECG_LIMITS.ageYearsMax)) {
    return `age must be a number of years from 0 to ${ECG_LIMITS.ageYearsMax}`;
  }
  if (sex !== undefined && sex !== 'male' && sex !== 'female') return 'sex must be male or female';
  const time = acquired === undefined ? null : parseIsoTime(acquired);
  if (acquired !== undefined && time === null) return 'acquired must be an ISO 8601 date and time';
  return {
    patient: patientId,
    name: name === undefined ? null : parseName(name),
    encounter: encounterId,
    ageYears,
    sex: sex ?? null,
    acquired: time,
  };
}

/** `Berg, Alva`; without a comma all of it is the family name. */
function parseName(text: string): PatientIdentity['name'] {
  const [family = '', ...given] = text.split(',');
  return { family: family.trim(), given: given.join(',').trim() };
}

/** The authority may hold a bar of its own, the identifier may not. */
function parseIdentifier(text: string): Identifier | undefined {
  const at = text.lastIndexOf('|');
  if (at < 1 || at === text.length - 1) return undefined;
  return { authority: text.slice(0, at), value: text.slice(at + 1) };
}
