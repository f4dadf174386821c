import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleReading } from '../../test/support/reading.js';
import { decodeEcg } from './decode.js';
import { toObservation } from './fhir/write.js';
import { toOru } from './hl7v2/write.js';
import { sniff } from './sniff.js';

const reading = sampleReading({ count: 100, sampleRateHz: 100 });
const oru = toOru(reading, {
  controlId: 'M1',
  sendingApplication: 'CART',
  sendingFacility: 'ED',
  receivingApplication: 'LEADWIRE',
  receivingFacility: 'HOSP',
  sentAt: '20260131120000',
});
const observation = Buffer.from(JSON.stringify(toObservation(reading)));

function codeOf(bytes: Uint8Array): string {
  const result = decodeEcg(bytes);
  return result.ok ? result.value.format : result.failure.code;
}

describe('an ECG in unknown bytes', () => {
  test('the same ECG in every format is the same Ecg', () => {
    for (const bytes of [oru, observation]) {
      const decoded = decodeEcg(bytes);
      if (!decoded.ok) throw new Error(decoded.failure.detail);
      expect({ ...decoded.value, format: 'sample' }).toEqual(reading);
    }
  });

  test('the format is told by the beginning', () => {
    expect(sniff(oru)).toBe('hl7v2');
    expect(sniff(observation)).toBe('fhir-json');
    expect(sniff(Buffer.concat([Buffer.from('\ufeff\r\n '), observation]))).toBe('fhir-json');
    expect(sniff(Buffer.from('MSHA'))).toBeNull();
    expect(sniff(Buffer.from('<?xml version="1.0"?>'))).toBeNull();
    expect(sniff(new Uint8Array(0))).toBeNull();
  });

  test('what cannot be read is refused by name', () => {
    expect(codeOf(Buffer.from('hello'))).toBe('encoding-unknown');
    expect(codeOf(new Uint8Array(0))).toBe('encoding-unknown');
    expect(codeOf(observation.subarray(0, 500))).toBe('encoding-broken');
    expect(codeOf(Buffer.from('{"a":"\xff"}', 'latin1'))).toBe('encoding-broken');
    expect(codeOf(Buffer.from('{'.repeat(200_000)))).toBe('encoding-broken');
    expect(codeOf(Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`))).toBe(
      'no-ecg',
    );
    expect(codeOf(Buffer.from('MSH|^~\\&|||||||||||9'))).toBe('version-unsupported');
    expect(codeOf(Buffer.from('{"resourceType":"Patient"}'))).toBe('no-ecg');
  });

  test('mutated bytes end as a reading of twelve leads or as a named refusal', () => {
    const originals = fc.constantFrom<Uint8Array>(oru, observation);
    const changes = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(originals, changes, fc.nat(20_000), (original, edits, cut) => {
        const bytes = original.slice(0, cut < 2_000 ? cut : original.length);
        for (const [at, byte] of edits) if (at < bytes.length) bytes[at] = byte;
        const result = decodeEcg(bytes);
        if (result.ok) expect(result.value.ecg.leads).toHaveLength(12);
        else expect(result.failure.class).toBe('permanent');
      }),
      { seed: 8, numRuns: 1000 },
    );
  });
});
