import { withPatient, type Ecg } from '../core/ecg/ecg.js';
import {
  vendorMeasurements,
  type Identifier,
  type Place,
  type Reading,
  type ReadingStatus,
  type VendorMeasurements,
  type WrittenTime,
} from '../core/ecg/reading.js';
import { ok, refuse, type Result } from '../core/failure.js';
import { isSamePerson, type Subject } from './subject.js';

/** What a message or a resource says around the ECG that it carries; null where it says nothing. */
export interface Envelope {
  readonly subject: Subject;
  readonly encounter: Identifier | null;
  readonly order: Identifier | null;
  readonly place: Place | null;
  readonly acquired: WrittenTime | null;
  readonly status: ReadingStatus | null;
  readonly statements: readonly string[];
  readonly measurements: VendorMeasurements | null;
}

const STATEMENTS_MAX = 50;

/** An ECG whose samples stand in the message itself. */
export function readingIn(envelope: Envelope, format: string, ecg: Ecg): Reading {
  const { subject } = envelope;
  return Object.freeze({
    ecg,
    format,
    patient: subject.identity,
    encounter: envelope.encounter,
    order: envelope.order,
    ...(envelope.place ? { place: envelope.place } : {}),
    acquired: envelope.acquired,
    birthDate: subject.birthDate,
    status: envelope.status ?? 'final',
    vendorStatements: Object.freeze(envelope.statements.slice(0, STATEMENTS_MAX)),
    vendorMeasurements: envelope.measurements,
  });
}

/**
 * An ECG that came as a file inside a message. What the message says wins, because the systems on
 * its way know the patient and the order, where a cart often knows a number that somebody typed;
 * what it leaves open comes from the file. Two patients are never made one: `isSamePerson`.
 */
export function readingOfFile(
  envelope: Envelope,
  carrier: string,
  file: Reading,
  location: string,
): Result<Reading> {
  const { subject } = envelope;
  const stated: Subject = {
    identity: file.patient,
    birthDate: file.birthDate,
    sex: file.ecg.patient.sex,
  };
  if (!isSamePerson(subject, stated)) {
    const detail = 'the message and the file inside it name two patients';
    return refuse('patient-missing', detail, { location });
  }
  const place = envelope.place ?? file.place;
  const statements = [...new Set([...file.vendorStatements, ...envelope.statements])];
  return ok(
    Object.freeze({
      ecg: withPatient(file.ecg, {
        ageYears: file.ecg.patient.ageYears,
        sex: subject.sex ?? stated.sex,
      }),
      format: `${carrier}+${file.format}`,
      patient: subject.identity ?? stated.identity,
      encounter: envelope.encounter ?? file.encounter,
      order: envelope.order ?? file.order,
      ...(place ? { place } : {}),
      acquired: envelope.acquired ?? file.acquired,
      birthDate: subject.birthDate ?? stated.birthDate,
      status: envelope.status ?? file.status,
      vendorStatements: Object.freeze(statements.slice(0, STATEMENTS_MAX)),
      vendorMeasurements: bothMeasurements(envelope.measurements, file.vendorMeasurements),
      ...(file.page ? { page: file.page } : {}),
    }),
  );
}

/** Value by value: one that the message leaves open comes from the file. */
function bothMeasurements(
  outer: VendorMeasurements | null,
  inner: VendorMeasurements | null,
): VendorMeasurements | null {
  if (!outer || !inner) return outer ?? inner;
  const said = Object.entries(outer).filter(([, value]) => value !== null);
  return vendorMeasurements({ ...inner, ...Object.fromEntries(said) });
}
