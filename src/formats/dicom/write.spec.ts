import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { createEcg } from '../../core/ecg/ecg.js';
import { vendorMeasurements, type Reading } from '../../core/ecg/reading.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeEcg } from '../decode.js';
import { toDicom } from './write.js';

const sample = sampleReading();

describeFormat({
  name: 'dicom-ecg',
  encode: toDicom,
  decode: decodeEcg,
  // In a person's name ^ divides, so it cannot stand in one.
  unlike: {
    patient: sample.patient && {
      ...sample.patient,
      name: { family: "Doe|O'Hara", given: 'Müller' },
    },
  },
});

function again(reading: Reading): Reading {
  const decoded = decodeEcg(toDicom(reading));
  if (!decoded.ok) throw new Error(decoded.failure.detail);
  return decoded.value;
}

describe('a written DICOM ECG', () => {
  test('keeps device, filters, gaps, extra leads, measurements and statements', () => {
    const made = createEcg({
      sampleRateHz: 360.5,
      leads: sample.ecg.leads.map(({ name, samples }, i) => ({
        name,
        microvolts: Array.from(samples, (value, at) => (at < 10 * i ? NaN : value)),
      })),
      extraLeads: [{ name: 'V4R', microvolts: Array.from(sample.ecg.leads[6]?.samples ?? []) }],
      partial: true,
      patient: { ageYears: 63, sex: 'male' },
      device: { manufacturer: 'Maker', model: 'Cart', serialNumber: '7' },
      filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: 50 },
    });
    if (!made.ok) throw new Error(made.failure.detail);
    const reading: Reading = {
      ...sample,
      ecg: made.value,
      patient: null,
      status: 'preliminary',
      vendorStatements: ['*** ACUTE MI ***', 'Größe'],
      vendorMeasurements: vendorMeasurements({ heartRateBpm: 71, qtcMs: 431.5, tAxisDegrees: -9 }),
    };
    expect(again(reading)).toEqual({ ...reading, format: 'dicom-ecg' });
  });

  test('is the same object each time, and another for another ECG', () => {
    const idIn = (bytes: Uint8Array): string =>
      /2\.25\.\d+/.exec(Buffer.from(bytes.subarray(132)).toString('latin1'))?.[0] ?? '';
    expect(idIn(toDicom(sample))).toBe(idIn(toDicom(sampleReading())));
    expect(idIn(toDicom(sample))).not.toBe(idIn(toDicom(sampleReading({ count: 1001 }))));
    expect(idIn(toDicom(sample))).toMatch(/^2\.25\.\d{30,39}$/);
  });
});
