import { createEcg } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, type Result } from '../../core/failure.js';
import type { FileFormat } from '../format.js';
import { splitTraces } from '../traces.js';
import { readInterpretation, readMeasurements } from './interpretation.js';
import { readHeader } from './patient.js';
import { isScp, readRecord } from './record.js';
import { readRhythm } from './rhythm.js';

export const SCP_ECG: FileFormat = {
  name: 'scp-ecg',
  recognises: isScp,
  decode: decodeScp,
};

const NOTHING = new Uint8Array(0);

/** An SCP-ECG record (EN 1064), of any version that holds its rhythm in section 6. */
export function decodeScp(bytes: Uint8Array): Result<Reading> {
  const record = readRecord(bytes);
  if (!record.ok) return record;
  const bytesOf = (id: number): Uint8Array | null => record.value.sections.get(id)?.bytes ?? null;
  const rhythm = readRhythm(record.value);
  if (!rhythm.ok) return rhythm;
  const header = readHeader(bytesOf(1) ?? NOTHING);
  const ecg = createEcg({
    ...splitTraces(rhythm.value.traces),
    sampleRateHz: rhythm.value.sampleRateHz,
    patient: header.person,
    device: header.device,
    filters: header.filters,
  });
  if (!ecg.ok) return ecg;
  const { statements, status } = readInterpretation(bytesOf(8), bytesOf(11), header.readText);
  const measures = record.value.sections.get(7);
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: SCP_ECG.name,
      patient: header.patient && Object.freeze(header.patient),
      encounter: null,
      // Its sequence number counts the ECGs of a recorder: no order is found by it.
      order: null,
      acquired: header.acquired,
      birthDate: header.birthDate,
      status,
      vendorStatements: Object.freeze([...header.diagnoses, ...statements]),
      vendorMeasurements: measures
        ? readMeasurements(measures.bytes, measures.protocolVersion)
        : null,
    }),
  );
}
