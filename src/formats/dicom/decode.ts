import { createEcg, ECG_LIMITS, type EcgDevice } from '../../core/ecg/ecg.js';
import type { Reading, ReadingStatus } from '../../core/ecg/reading.js';
import { ok, type Result } from '../../core/failure.js';
import type { FileFormat } from '../format.js';
import { boundedText } from '../identity.js';
import { measurementsOf, statementsOf } from './annotations.js';
import type { DataSet } from './data-set.js';
import { segmentsOf } from './groups.js';
import { isDicom, readObject } from './part10.js';
import { encounterOf, orderOf, patientOf, placeIn } from './patient.js';
import { placeSegments } from './placement.js';
import { TAG } from './tags.js';
import { acquiredOf, parseDicomAge, parseDicomDate } from './time.js';
import { characterSetsOf, textOf, wordsOf } from './values.js';

const DEVICE_CHARS_MAX = 100;

export const DICOM_ECG: FileFormat = {
  name: 'dicom-ecg',
  recognises: isDicom,
  decode: decodeDicom,
};

/** A DICOM 12-lead, general or ambulatory ECG waveform object (PS3.3 A.34). */
export function decodeDicom(bytes: Uint8Array): Result<Reading> {
  const object = readObject(bytes);
  if (!object.ok) return object;
  const set = object.value;
  const segments = segmentsOf(set);
  if (!segments.ok) return segments;
  const placed = placeSegments(segments.value);
  if (!placed.ok) return placed;
  const ecg = createEcg({
    ...placed.value,
    patient: { ageYears: ageOf(set), sex: sexOf(set) },
    device: deviceOf(set),
  });
  if (!ecg.ok) return ecg;
  const place = placeIn(set);
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: DICOM_ECG.name,
      patient: patientOf(set),
      encounter: encounterOf(set),
      order: orderOf(set),
      ...(place ? { place } : {}),
      acquired: acquiredOf(set),
      birthDate: parseDicomDate(textOf(set, TAG.birthDate)),
      status: statusOf(set),
      vendorStatements: Object.freeze(statementsOf(set)),
      vendorMeasurements: measurementsOf(set),
    }),
  );
}

/** 999Y and the like stand for an age that nobody knew. */
function ageOf(set: DataSet): number | null {
  const age = parseDicomAge(textOf(set, TAG.age));
  return age !== null && age <= ECG_LIMITS.ageYearsMax ? age : null;
}

function sexOf(set: DataSet): 'male' | 'female' | null {
  const sex = textOf(set, TAG.sex).toUpperCase();
  return sex === 'M' ? 'male' : sex === 'F' ? 'female' : null;
}

function deviceOf(set: DataSet): EcgDevice | null {
  const sets = characterSetsOf(set);
  const bounded = (tag: number): string | null =>
    boundedText(wordsOf(set, tag, sets), DEVICE_CHARS_MAX) || null;
  const device = {
    manufacturer: bounded(TAG.manufacturer),
    model: bounded(TAG.modelName),
    serialNumber: bounded(TAG.serialNumber),
  };
  return Object.values(device).some((value) => value !== null) ? device : null;
}

/**
 * A waveform object has no status of its own: what was stored stands. The flags of structured
 * reports are added to it by some.
 */
function statusOf(set: DataSet): ReadingStatus {
  const isOpen =
    textOf(set, TAG.completion) === 'PARTIAL' || textOf(set, TAG.verification) === 'UNVERIFIED';
  return isOpen ? 'preliminary' : 'final';
}
