import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simulateEcg } from '../../../test/support/simulated.js';
import { createEcg, type Ecg } from './ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES } from './lead.js';
import { packWaveform, unpackWaveform } from './pack.js';

const besideOf = ({ sampleRateHz, patient, device, filters }: Ecg) => ({
  sampleRateHz,
  patient,
  device,
  filters,
});

function roundTrip(ecg: Ecg): Ecg {
  const result = unpackWaveform(packWaveform(ecg), { ...besideOf(ecg), partial: true });
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
}

describe('a packed waveform', () => {
  test('comes back as it was, derived leads included', () => {
    const ecg = simulateEcg({ seed: 1, condition: 'normal', ageYears: 50, sex: 'male' });
    expect(roundTrip(ecg)).toEqual(ecg);
    expect(packWaveform(ecg).length).toBeLessThan(8 * 5000 * 1.5);
  });

  test('comes back with its posterior and right-sided leads', () => {
    const microvolts = Array.from({ length: 100 }, (_, i) => i * 7 - 300);
    const made = createEcg({
      sampleRateHz: 100,
      leads: INDEPENDENT_LEADS.map((name) => ({ name, microvolts })),
      extraLeads: [
        { name: 'V8', microvolts },
        { name: 'V4R', microvolts: microvolts.map((value) => -value) },
      ],
    });
    if (!made.ok) throw new Error(made.failure.detail);
    expect(made.value.extraLeads.map(({ name }) => name)).toEqual(['V4R', 'V8']);
    expect(roundTrip(made.value)).toEqual(made.value);
  });

  test('comes back for any samples, the largest steps and the unknown ones', () => {
    const sample = fc.integer({ min: -32768, max: 32767 });
    const lead = fc.array(sample, { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(fc.array(lead, { minLength: 12, maxLength: 12 }), fc.boolean(), (values, all) => {
        const names = all ? LEAD_NAMES : INDEPENDENT_LEADS;
        const made = createEcg({
          sampleRateHz: 100,
          partial: true,
          leads: names.map((name, i) => ({ name, microvolts: values[i] ?? [] })),
        });
        if (!made.ok) return;
        expect(roundTrip(made.value)).toEqual(made.value);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  test('is refused when it is damaged, whatever the damage', () => {
    const ecg = simulateEcg({
      seed: 1,
      condition: 'normal',
      ageYears: 50,
      sex: 'male',
      seconds: 2,
    });
    const packed = packWaveform(ecg);
    const beside = besideOf(ecg);
    expect(unpackWaveform(packed.slice(0, -1), beside).ok).toBe(false);
    expect(unpackWaveform(new Uint8Array(0), beside).ok).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        unpackWaveform(Uint8Array.of(1, ...bytes), beside);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
