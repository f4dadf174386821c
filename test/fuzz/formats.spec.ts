import { describe, expect, test } from '@jest/globals';
import { ok } from '../../src/core/failure.js';
import { sampleReading } from '../support/reading.js';
import { fuzzFormats, mutationOf, type FuzzedOriginal } from './formats.js';
import { originals, sierraOriginal, SMALL } from './originals.js';

const sierra = sierraOriginal();

describe('mutated files of a hospital', () => {
  test('are a reading or a named refusal, soon, in little memory, with every lead in its place', () => {
    const reports = fuzzFormats({ count: 150, seed: 20260131, originals: originals() });
    for (const { faults, readings, refusals } of reports) {
      expect(faults).toEqual([]);
      expect(readings).toBeGreaterThan(0);
      expect(Object.keys(refusals).length).toBeGreaterThan(1);
    }
  }, 120_000);

  test('a decoder that throws, swaps leads or keeps what it read is told', () => {
    const thrower = {
      ...sierra,
      decode: onceGood(() => {
        throw new RangeError('a bug');
      }),
    };
    const [thrown] = fuzzFormats({ count: 3, seed: 1, originals: [thrower] });
    expect(thrown?.faults[0]).toBe('mutation 0 threw RangeError: a bug');
    const reading = sampleReading({ ...SMALL, leads: 8 });
    const [one, two, ...others] = reading.ecg.leads;
    const leads = [one, two, ...others].map((lead) =>
      lead?.name === 'V1' ? { ...lead, samples: others[5]?.samples } : lead,
    );
    const swapped = { ...reading, ecg: { ...reading.ecg, leads } } as typeof reading;
    const kept: Uint8Array[] = [];
    const swapper: FuzzedOriginal = {
      ...sierra,
      decode: (bytes) => {
        kept.push(new Uint8Array(1_048_576));
        return ok(bytes === sierra.bytes ? reading : swapped);
      },
    };
    const [told] = fuzzFormats({ count: 20, seed: 1, originals: [swapper] });
    expect(told?.faults.at(0)).toBe('mutation 0 lead V1 holds V2');
    expect(told?.faults.at(-1)).toMatch(/^the heap grew by \d+ bytes$/);
    expect(kept.length).toBe(21);
  });

  test('the same seed makes the same mutation, another number another', () => {
    const bytes = sierra.bytes;
    expect(mutationOf(bytes, 7, 3)).toEqual(mutationOf(bytes, 7, 3));
    expect(mutationOf(bytes, 7, 4)).not.toEqual(mutationOf(bytes, 7, 5));
  });
});

function onceGood(then: () => never): FuzzedOriginal['decode'] {
  return (bytes) => (bytes === sierra.bytes ? sierra.decode(bytes) : then());
}
