import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { misassigned } from '../../test/support/misassigned.js';
import { sampleReading, type SampleOptions } from '../../test/support/reading.js';
import type { Reading } from '../core/ecg/reading.js';
import type { Result } from '../core/failure.js';

/** One format with its writer, under the promises that every format keeps. */
export interface FormatUnderTest {
  readonly name: string;
  readonly encode: (reading: Reading) => Uint8Array;
  /** From bytes of any kind: the format has to be told by what they are. */
  readonly decode: (bytes: Uint8Array) => Result<Reading>;
  /** What of `sampleReading()` the format has no place for, as a reading of it then says it. */
  readonly unlike?: Partial<Reading>;
  readonly sampleRatesHz?: readonly number[];
}

const RATES_HZ = [250, 500, 1000];
const SEED = 8;

/** The suite that each format passes: the same ECG written and read is the same Ecg. */
export function describeFormat(format: FormatUnderTest): void {
  const { name, encode } = format;
  const read = (bytes: Uint8Array): Reading => {
    const decoded = format.decode(bytes);
    if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
    return decoded.value;
  };
  const expected = (reading: Reading): Reading => ({ ...reading, format: name, ...format.unlike });

  describe(`${name} keeps the promises of every format`, () => {
    test.each(format.sampleRatesHz ?? RATES_HZ)(
      'the same ECG, at %i Hz, is the same Ecg',
      (sampleRateHz) => {
        for (const leads of [8, 12] as const) {
          const reading = sampleReading({ count: 2 * sampleRateHz, sampleRateHz, leads });
          expect(read(encode(reading))).toEqual(expected(reading));
        }
      },
    );

    test('ten seconds are ten seconds', () => {
      const reading = sampleReading({ count: 5000 });
      expect(read(encode(reading)).ecg).toEqual(expected(reading).ecg);
    });

    test('what was read and written again reads the same', () => {
      const once = read(encode(sampleReading()));
      expect(read(encode(once))).toEqual(once);
    });

    test('a file cut short is refused, or nothing of its ECG is lost', () => {
      const reading = sampleReading(BRIEF);
      const bytes = encode(reading);
      for (let i = 0; i < 200; i += 1) {
        const decoded = format.decode(bytes.slice(0, Math.floor((bytes.length * i) / 200)));
        if (decoded.ok) expect(decoded.value.ecg.leads).toEqual(reading.ecg.leads);
        else expect(decoded.failure.class).toBe('permanent');
      }
    });

    test('mutated bytes are an Ecg or a named refusal, and no lead takes the place of another', () => {
      const reading = sampleReading({ ...BRIEF, leads: 12 });
      const original = encode(reading);
      const edit = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
          const bytes = original.slice();
          for (const [at, byte] of edits) bytes[at] = byte;
          const decoded = format.decode(bytes);
          if (!decoded.ok) expect(decoded.failure.class).toBe('permanent');
          else expect(misassigned(decoded.value.ecg, reading.ecg)).toEqual([]);
        }),
        { seed: SEED, numRuns: 2000 },
      );
    });
  });
}

const BRIEF: SampleOptions = { count: 200, sampleRateHz: 100 };
