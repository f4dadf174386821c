import type { EcgDevice } from '../../core/ecg/ecg.js';
import type { Reading, VendorMeasurements } from '../../core/ecg/reading.js';
import { concatenated, u16, u8 } from '../octets.js';
import { FIELD } from './patient.js';
import { LATIN_1, UTF_8 } from './text.js';

export interface TextEncoding {
  readonly language: number;
  readonly encode: (text: string) => Uint8Array;
}

/** Latin 1, which every reader knows, as long as all texts are in it. */
export function textEncoderFor(reading: Reading): TextEncoding {
  const { patient, vendorStatements } = reading;
  const { name } = patient ?? {};
  const device = reading.ecg.device;
  const texts = [
    patient?.authority,
    patient?.value,
    name?.family,
    name?.given,
    device?.manufacturer,
    device?.model,
    device?.serialNumber,
    ...vendorStatements,
  ];
  const isLatin = !/[\u0100-\uffff]/.test(texts.join(''));
  return isLatin
    ? { language: LATIN_1, encode: (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0)) }
    : { language: UTF_8, encode: (text) => new TextEncoder().encode(text) };
}

export function headerBytes(reading: Reading, encoding: TextEncoding): Uint8Array {
  const { patient, birthDate, acquired } = reading;
  const { ageYears, sex } = reading.ecg.patient;
  const { filters, device } = reading.ecg;
  const text = (field: number, value: string | null | undefined): Uint8Array =>
    value ? fieldBytes(field, zeroEnded(value, encoding)) : u8();
  return concatenated([
    text(FIELD.lastName, patient?.name?.family),
    text(FIELD.firstName, patient?.name?.given),
    text(FIELD.patientId, patient?.value),
    ageYears === null ? u8() : fieldBytes(FIELD.age, concatenated([u16(ageYears), u8(1)])),
    birthDate === null ? u8() : dateField(FIELD.birthDate, birthDate),
    sex === null ? u8() : fieldBytes(FIELD.sex, u8(sex === 'male' ? 1 : 2)),
    fieldBytes(FIELD.recorder, recorderBytes(device, encoding)),
    text(FIELD.institution, patient?.authority),
    ...(acquired === null ? [] : timeFields(acquired)),
    filters?.highPassHz
      ? fieldBytes(FIELD.highPass, u16(Math.round(filters.highPassHz * 100)))
      : u8(),
    filters?.lowPassHz ? fieldBytes(FIELD.lowPass, u16(Math.round(filters.lowPassHz))) : u8(),
    filters?.notchHz ? fieldBytes(FIELD.filters, u8(filters.notchHz === 60 ? 1 : 2)) : u8(),
    u8(255, 0, 0),
  ]);
}

function fieldBytes(field: number, value: Uint8Array): Uint8Array {
  return concatenated([u8(field), u16(value.length), value]);
}

function zeroEnded(text: string, { encode }: TextEncoding): Uint8Array {
  return concatenated([encode(text.replaceAll('\0', ' ')), u8(0)]);
}

/** A date that is known to the day; the format has no other. */
function dateField(field: number, date: string): Uint8Array {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  if (!match) return u8();
  const [year, month, day] = match.slice(1).map(Number);
  return fieldBytes(field, concatenated([u16(year ?? 0), u8(month ?? 0, day ?? 0)]));
}

function timeFields({ local, offsetMinutes }: NonNullable<Reading['acquired']>): Uint8Array[] {
  const clock = local.slice(11, 19).split(':').map(Number);
  return [
    dateField(FIELD.date, local),
    fieldBytes(FIELD.time, u8(...clock)),
    ...(offsetMinutes === null ? [] : [fieldBytes(FIELD.zone, u16(offsetMinutes, 0))]),
  ];
}

/** Maker "other", model of five signs, then texts of which one is the serial number. */
function recorderBytes(device: EcgDevice | null, encoding: TextEncoding): Uint8Array {
  const model = new Uint8Array(6);
  model.set(encoding.encode(device?.model ?? '').subarray(0, 5));
  const texts = ['', device?.serialNumber ?? '', '', '', device?.manufacturer ?? ''];
  return concatenated([
    u16(0, 0, 0),
    u8(0, device?.manufacturer ? 255 : 0),
    model,
    u8(20, 0xa0, encoding.language, 0, 0),
    new Uint8Array(16),
    // The length of the first text, which is the empty name of an analysing program.
    u8(1),
    ...texts.map((text) => zeroEnded(text, encoding)),
  ]);
}

/** Section 8, with 1 for a confirmed report; none where nothing was said and nothing is open. */
export function statementBytes(reading: Reading, encoding: TextEncoding): Uint8Array | null {
  const { vendorStatements, status } = reading;
  if (vendorStatements.length === 0 && status !== 'preliminary') return null;
  const texts = vendorStatements.slice(0, 255).map((text) => zeroEnded(text, encoding));
  return concatenated([
    u8(status === 'preliminary' ? 0 : 1),
    u16(0),
    u8(0, 0, 0, 0, 0, texts.length),
    ...texts.flatMap((text, i) => [u8(i + 1), u16(text.length), text]),
  ]);
}

const NOT_MEASURED = 29999;
const NO_AXIS = 999;
/** Where an average beat's P wave is put, so that intervals become marks. */
const P_ONSET_MS = 100;

/** Section 7. Marks follow from intervals: QRS begins at 0 where there is no PR interval. */
export function measurementBytes(measured: VendorMeasurements | null): Uint8Array | null {
  if (measured === null) return null;
  const { heartRateBpm, prMs, qrsMs, qtMs, qtcMs } = measured;
  const qrsOnset = P_ONSET_MS + (prMs ?? 0);
  const mark = (ms: number | null, from: number): number =>
    ms === null ? NOT_MEASURED : Math.round(from + ms);
  return concatenated([
    u8(1, 0),
    u16(heartRateBpm === null ? NOT_MEASURED : Math.round(60_000 / heartRateBpm), NOT_MEASURED),
    u16(prMs === null ? NOT_MEASURED : P_ONSET_MS, NOT_MEASURED, Math.round(qrsOnset)),
    u16(mark(qrsMs, qrsOnset), mark(qtMs, qrsOnset)),
    u16(axis(measured.pAxisDegrees), axis(measured.qrsAxisDegrees), axis(measured.tAxisDegrees)),
    u16(0),
    u16(heartRateBpm === null ? NOT_MEASURED : Math.round(heartRateBpm), NOT_MEASURED),
    u16(qtcMs === null ? NOT_MEASURED : Math.round(qtcMs)),
    u8(0),
    u16(0),
  ]);
}

function axis(degrees: number | null): number {
  return degrees === null ? NO_AXIS : Math.round(degrees);
}
