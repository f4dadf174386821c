import type { Ecg } from './ecg.js';
import type { FromPaper } from './page-note.js';
import { ageAt } from './time.js';

/**
 * What a decoder read: the ECG and what the message said around it. Times stay as written, because
 * only the door knows the sender's zone; `resolveAcquisition` makes an instant of them.
 */
export interface Reading extends FromPaper {
  readonly ecg: Ecg;
  readonly format: string;
  readonly patient: PatientIdentity | null;
  readonly encounter: Identifier | null;
  readonly order: Identifier | null;
  /** Where the patient is; null, or left out, where the format has no word for it. */
  readonly place?: Place | null;
  readonly acquired: WrittenTime | null;
  readonly birthDate: string | null;
  readonly status: ReadingStatus;
  /** What the recorder's own program said, kept as it is and never used as a label. */
  readonly vendorStatements: readonly string[];
  /** What it measured, for a person to set beside ours; null where the format carries none. */
  readonly vendorMeasurements: VendorMeasurements | null;
}

export interface VendorMeasurements {
  readonly heartRateBpm: number | null;
  readonly prMs: number | null;
  readonly qrsMs: number | null;
  readonly qtMs: number | null;
  readonly qtcMs: number | null;
  readonly pAxisDegrees: number | null;
  readonly qrsAxisDegrees: number | null;
  readonly tAxisDegrees: number | null;
}

const NO_MEASUREMENTS: VendorMeasurements = Object.freeze({
  heartRateBpm: null,
  prMs: null,
  qrsMs: null,
  qtMs: null,
  qtcMs: null,
  pAxisDegrees: null,
  qrsAxisDegrees: null,
  tAxisDegrees: null,
});

/** The measurements that were found, or null where none was. */
export function vendorMeasurements(found: Partial<VendorMeasurements>): VendorMeasurements | null {
  const isEmpty = Object.values(found).every((value) => value === null);
  return isEmpty ? null : Object.freeze({ ...NO_MEASUREMENTS, ...found });
}

export type ReadingStatus = 'preliminary' | 'final' | 'corrected' | 'withdrawn';

/** A bare number is not an identity: two hospitals both have a patient 12345. */
export interface Identifier {
  readonly authority: string;
  readonly value: string;
}

export interface PatientIdentity extends Identifier {
  /** All further identifiers the message carried. */
  readonly others: readonly Identifier[];
  readonly name: { readonly family: string; readonly given: string } | null;
}

/** Where a patient is, as the systems on the way of the message say it. */
export interface Place {
  /** Ward, unit or department. */
  readonly pointOfCare: string | null;
  readonly room: string | null;
  readonly bed: string | null;
  /** Tells the departments of one name of two hospitals apart. */
  readonly facility: string | null;
}

/** Null where nothing of it is told. */
export function placeOf(told: Place): Place | null {
  return Object.values(told).every((part) => part === null) ? null : Object.freeze(told);
}

/** By which pages are counted; null where only a room or a bed is known. */
export function departmentOf(place: Place | null | undefined): string | null {
  if (!place || place.pointOfCare === null) return null;
  return place.facility === null ? place.pointOfCare : `${place.pointOfCare}, ${place.facility}`;
}

/** For people who have to find the patient. */
export function placeText(place: Place | null | undefined): string | null {
  const parts = [place?.pointOfCare, place?.room, place?.bed].filter(
    (part) => typeof part === 'string',
  );
  return parts.length === 0 ? null : parts.join(' · ');
}

/** A civil date and time, and the offset where the sender wrote one. */
export interface WrittenTime {
  /** `2026-10-25T02:30:00.000`, always with milliseconds, never with a zone. */
  readonly local: string;
  /** Minutes east of UTC; null when the sender wrote none. */
  readonly offsetMinutes: number | null;
}

/** The age that the recorder wrote, else the one that follows from the birth date. */
export function ageAtAcquisition(
  { ecg, birthDate }: Pick<Reading, 'ecg' | 'birthDate'>,
  atMs: number,
): number | null {
  return ecg.patient.ageYears ?? (birthDate === null ? null : ageAt(birthDate, atMs));
}

/** The key under which all ECGs of one patient stand together. */
export function patientKey(patient: Identifier): string {
  return `${encodeURIComponent(patient.authority)}|${encodeURIComponent(patient.value)}`;
}
