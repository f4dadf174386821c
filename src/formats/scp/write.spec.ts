import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleReading } from '../../../test/support/reading.js';
import { createEcg, leadOf } from '../../core/ecg/ecg.js';
import { vendorMeasurements, type Reading } from '../../core/ecg/reading.js';
import { misassigned } from '../../../test/support/misassigned.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeEcg } from '../decode.js';
import { resummed } from './record.fixtures.js';
import { toScp, type ScpOptions } from './write.js';

const sample = sampleReading();

// The format knows one number of a patient, and neither visit nor order.
const unlike: Partial<Reading> = {
  patient: sample.patient && { ...sample.patient, others: [] },
  encounter: null,
  order: null,
};

describeFormat({ name: 'scp-ecg', encode: toScp, decode: decodeEcg, unlike });

function again(reading: Reading, options?: ScpOptions): Reading {
  const decoded = decodeEcg(toScp(reading, options));
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

describe('a written SCP-ECG record', () => {
  test('says the same with and without compression, in fewer bytes', () => {
    expect(again(sample, { compress: false })).toEqual(again(sample));
    expect(toScp(sample).length).toBeLessThan(toScp(sample, { compress: false }).length / 2);
  });

  test('keeps device, filters, extra leads, statements and measurements', () => {
    const made = createEcg({
      sampleRateHz: 360,
      leads: sample.ecg.leads.map(({ name, samples }, i) => ({
        name,
        microvolts: Array.from(samples, (value, at) => (at < 10 * i ? NaN : value)),
      })),
      extraLeads: [{ name: 'V4R', microvolts: Array.from(leadOf(sample.ecg, 'V1').samples) }],
      partial: true,
      patient: { ageYears: 63, sex: 'male' },
      device: { manufacturer: 'Maker', model: 'Cart5', serialNumber: '7' },
      filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: 50 },
    });
    if (!made.ok) throw new Error(made.failure.detail);
    const reading: Reading = {
      ...sample,
      ...unlike,
      ecg: made.value,
      status: 'preliminary',
      vendorStatements: ['*** ACUTE MI ***', 'Ł, in another alphabet'],
      vendorMeasurements: vendorMeasurements({
        heartRateBpm: 71,
        prMs: 160,
        qrsMs: 90,
        qtMs: 400,
        qtcMs: 431,
        tAxisDegrees: -9,
      }),
    };
    expect(again(reading)).toEqual({ ...reading, format: 'scp-ecg' });
  });

  test('a lead that is too long for its length is cut, and stays an ECG', () => {
    const long = sampleReading({ count: 40_000, sampleRateHz: 1000 });
    const { ecg } = again(long, { compress: false });
    expect(ecg.sampleCount).toBe(32_767);
    const { samples } = leadOf(ecg, 'V2');
    expect(samples.slice(0)).toEqual(leadOf(long.ecg, 'V2').samples.slice(0, 32_767));
  });
});

describe('a broken SCP-ECG record whose sums were made to fit', () => {
  const reading = sampleReading({ count: 100, sampleRateHz: 100 });

  test.each([true, false])('is an Ecg or a named refusal (compressed: %s)', (compress) => {
    const original = toScp(reading, { compress });
    const edit = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
    const counts = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = original.slice();
        for (const [at, byte] of edits) bytes[at] = byte;
        const decoded = decodeEcg(resummed(bytes));
        if (decoded.ok) {
          counts.read += 1;
          expect(misassigned(decoded.value.ecg, reading.ecg)).toEqual([]);
        } else {
          counts.refused += 1;
          expect(decoded.failure.class).toBe('permanent');
        }
      }),
      { seed: 11, numRuns: 300 },
    );
    // Many went either way.
    expect(counts.read).toBeGreaterThan(20);
    expect(counts.refused).toBeGreaterThan(20);
  });
});
