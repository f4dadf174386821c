import type { Assessment } from '../../core/decision/assessment.js';
import { durationSeconds, MISSING, type Ecg } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Failure } from '../../core/failure.js';
import { NOTICE } from '../../delivery/lines.js';

/** One file as a program reads it: a line of JSON. */
export function toRecord(file: string, reading: Reading, assessment: Assessment): string {
  const { ecg, format, patient, encounter, order, acquired, birthDate, status } = reading;
  const { examination, findings, abstentions, agreement, modelSet, evaluationOnly } = assessment;
  return JSON.stringify({
    file,
    read: {
      format,
      status,
      sampleRateHz: ecg.sampleRateHz,
      seconds: durationSeconds(ecg),
      samples: ecg.sampleCount,
      leads: [...ecg.leads, ...ecg.extraLeads].map(({ name, origin }) => ({ name, origin })),
      device: ecg.device,
      filters: ecg.filters,
      acquired,
      patient: { identity: patient, birthDate, ...ecg.patient },
      encounter,
      order,
      vendorStatements: reading.vendorStatements,
      vendorMeasurements: reading.vendorMeasurements,
      page: reading.page ?? null,
    },
    quality: examination?.quality ?? null,
    measurement: examination?.measurement ?? null,
    criteria: examination?.criteria ?? null,
    modelSet,
    findings,
    abstentions,
    agreement,
    evaluationOnly,
    notice: NOTICE,
  });
}

export function toRefusal(file: string, { code, detail, location }: Failure): string {
  return JSON.stringify({ file, refused: { code, detail, location } });
}

/** The ECG in microvolts for other programs; null where nobody measured. */
export function toEcgFile({ sampleRateHz, leads, extraLeads }: Ecg): string {
  const all = [...leads, ...extraLeads].map(({ name, samples }) => [
    name,
    Array.from(samples, (value) => (value === MISSING ? null : value)),
  ]);
  return JSON.stringify({ sampleRateHz, leads: Object.fromEntries(all) as unknown });
}
