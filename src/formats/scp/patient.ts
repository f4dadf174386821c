import type { AcquisitionFilters, EcgDevice, EcgPatient } from '../../core/ecg/ecg.js';
import type { PatientIdentity, WrittenTime } from '../../core/ecg/reading.js';
import { Cursor } from '../cursor.js';
import { boundedText, identifierOf } from '../identity.js';
import { textReader, textsIn, type TextReader } from './text.js';

/** Section 1: fields of a number, a length and a value. */
export interface Header {
  readonly patient: PatientIdentity | null;
  readonly birthDate: string | null;
  readonly person: EcgPatient;
  readonly acquired: WrittenTime | null;
  readonly device: EcgDevice | null;
  readonly filters: AcquisitionFilters | null;
  /** Why the ECG was taken, or what is known of the patient, in the words of a person. */
  readonly diagnoses: readonly string[];
  readonly readText: TextReader;
}

export const FIELD = Object.freeze({
  lastName: 0,
  firstName: 1,
  patientId: 2,
  secondLastName: 3,
  age: 4,
  birthDate: 5,
  sex: 8,
  diagnosis: 13,
  recorder: 14,
  institution: 16,
  date: 25,
  time: 26,
  highPass: 27,
  lowPass: 28,
  filters: 29,
  zone: 34,
});
const END_OF_FIELDS = 255;
const FIELDS_MAX = 1000;
const DIAGNOSES_MAX = 20;
const DEVICE_CHARS_MAX = 100;
const AGE_YEARS_MAX = 130;
/** The file does not say. */
const ZONE_UNKNOWN = 0x7fff;
const ZONE_MINUTES_MAX = 14 * 60;
/** Where the recorder's field has what. */
const RECORDER = { manufacturer: 7, model: 8, modelEnd: 14, language: 16, texts: 36 } as const;

/** Makers by number, for files that name none (EN 1064, 5.4.5). */
const MANUFACTURERS: ReadonlyMap<number, string> = new Map([
  [1, 'Burdick'],
  [2, 'Cambridge'],
  [3, 'Compumed'],
  [4, 'Datamed'],
  [5, 'Fukuda'],
  [6, 'Hewlett-Packard'],
  [7, 'Marquette'],
  [8, 'Mortara'],
  [9, 'Nihon Kohden'],
  [10, 'Okin'],
  [11, 'Quinton'],
  [12, 'Siemens'],
  [13, 'Spacelabs'],
  [14, 'Telemed'],
  [15, 'Hellige'],
  [16, 'Esaote'],
  [17, 'Schiller'],
  [18, 'Picker-Schwarzer'],
  [19, 'et medical devices'],
  [20, 'Zwönitz'],
]);

type Fields = ReadonlyMap<number, readonly Uint8Array[]>;

export function readHeader(bytes: Uint8Array): Header {
  const fields = fieldsOf(bytes);
  const recorder = first(fields, FIELD.recorder);
  const readText = textReader(recorder?.[RECORDER.language] ?? 0);
  const text = (field: number): string => readText(first(fields, field) ?? new Uint8Array(0));
  const family = [text(FIELD.lastName), text(FIELD.secondLastName)].filter(Boolean).join(' ');
  const given = text(FIELD.firstName);
  // A number belongs to the institution that recorded; the format has no other word for it.
  const identity = identifierOf(text(FIELD.institution), text(FIELD.patientId));
  return {
    patient: identity && {
      ...identity,
      others: Object.freeze([]),
      name: family === '' && given === '' ? null : Object.freeze({ family, given }),
    },
    birthDate: dateOf(first(fields, FIELD.birthDate)),
    person: { ageYears: ageOf(first(fields, FIELD.age)), sex: sexOf(first(fields, FIELD.sex)) },
    acquired: acquiredOf(fields),
    device: recorder ? deviceOf(recorder, readText) : null,
    filters: filtersOf(fields),
    diagnoses: (fields.get(FIELD.diagnosis) ?? [])
      .slice(0, DIAGNOSES_MAX)
      .map(readText)
      .filter((one) => one !== ''),
    readText,
  };
}

/** As far as the lengths lead: behind a wrong one nothing can be told. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, Uint8Array[]>();
  const cursor = new Cursor(bytes);
  for (let i = 0; i < FIELDS_MAX && cursor.left >= 3; i += 1) {
    const [field, length] = [cursor.u8(), cursor.u16()];
    const value = cursor.take(length);
    if (field === END_OF_FIELDS || cursor.overrun) break;
    const others = fields.get(field);
    if (others) others.push(value);
    else fields.set(field, [value]);
  }
  return fields;
}

function first(fields: Fields, field: number): Uint8Array | null {
  return fields.get(field)?.[0] ?? null;
}

function dateOf(bytes: Uint8Array | null): string | null {
  if (!bytes || bytes.length < 4) return null;
  const cursor = new Cursor(bytes);
  const [year, month, day] = [cursor.u16(), cursor.u8(), cursor.u8()];
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const date = `${`${year}`.padStart(4, '0')}-${two(month)}-${two(day)}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  const isOnCalendar = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  return year > 0 && isOnCalendar ? date : null;
}

function acquiredOf(fields: Fields): WrittenTime | null {
  const date = dateOf(first(fields, FIELD.date));
  const time = first(fields, FIELD.time);
  if (date === null || !time || time.length < 3) return null;
  const [hour = 0, minute = 0, second = 0] = time;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const clock = [hour, minute, second].map((part) => `${part}`.padStart(2, '0')).join(':');
  return { local: `${date}T${clock}.000`, offsetMinutes: zoneOf(first(fields, FIELD.zone)) };
}

function zoneOf(bytes: Uint8Array | null): number | null {
  if (!bytes || bytes.length < 2) return null;
  const minutes = new Cursor(bytes).i16();
  return minutes === ZONE_UNKNOWN || Math.abs(minutes) > ZONE_MINUTES_MAX ? null : minutes;
}

const YEARS_A_UNIT: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1 / 12],
  [3, 7 / 365.25],
  [4, 1 / 365.25],
  [5, 1 / 8766],
]);

/** A zero without a unit stands for an age that was not entered. */
function ageOf(bytes: Uint8Array | null): number | null {
  if (!bytes || bytes.length < 3) return null;
  const cursor = new Cursor(bytes);
  const [age, unit] = [cursor.u16(), cursor.u8()];
  const factor = YEARS_A_UNIT.get(unit);
  if (factor === undefined) return null;
  const years = Math.floor(age * factor + 1e-9);
  return years <= AGE_YEARS_MAX ? years : null;
}

function sexOf(bytes: Uint8Array | null): EcgPatient['sex'] {
  return bytes?.[0] === 1 ? 'male' : bytes?.[0] === 2 ? 'female' : null;
}

function deviceOf(recorder: Uint8Array, readText: TextReader): EcgDevice | null {
  const bounded = (text: string): string | null => boundedText(text, DEVICE_CHARS_MAX) || null;
  // Program, serial number, system, SCP program and maker.
  const [, serial = '', , , maker = ''] = textsIn(recorder.subarray(RECORDER.texts), readText);
  const number = recorder[RECORDER.manufacturer] ?? 0;
  const device = {
    manufacturer: bounded(maker) ?? MANUFACTURERS.get(number) ?? null,
    model: bounded(readText(recorder.subarray(RECORDER.model, RECORDER.modelEnd))),
    serialNumber: bounded(serial),
  };
  return Object.values(device).some((value) => value !== null) ? device : null;
}

function filtersOf(fields: Fields): AcquisitionFilters | null {
  const number = (field: number): number => {
    const bytes = first(fields, field);
    return bytes && bytes.length >= 2 ? new Cursor(bytes).u16() : 0;
  };
  const bits = first(fields, FIELD.filters)?.[0] ?? 0;
  const filters = {
    highPassHz: number(FIELD.highPass) / 100 || null,
    lowPassHz: number(FIELD.lowPass) || null,
    notchHz: bits & 1 ? 60 : bits & 2 ? 50 : null,
  };
  return Object.values(filters).some((value) => value !== null) ? filters : null;
}
