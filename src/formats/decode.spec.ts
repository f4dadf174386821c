import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../test/support/reading.js';
import { describeFormat } from './conformance.suite.js';
import { decodeEcg } from './decode.js';
import { toObservation } from './fhir/write.js';
import { toOru } from './hl7v2/write.js';
import { sniffCarrier } from './sniff.js';
import { ENVELOPE } from '../../test/support/envelope.js';

const reading = sampleReading({ count: 100, sampleRateHz: 100 });
const oru = toOru(reading, ENVELOPE);
const observation = Buffer.from(JSON.stringify(toObservation(reading)));

function codeOf(bytes: Uint8Array): string {
  const result = decodeEcg(bytes);
  return result.ok ? result.value.format : result.failure.code;
}

describeFormat({
  name: 'hl7v2-oru',
  encode: (one) => toOru(one, ENVELOPE),
  decode: decodeEcg,
});
describeFormat({
  name: 'fhir-observation',
  encode: (one) => Buffer.from(JSON.stringify(toObservation(one))),
  decode: decodeEcg,
});

describe('an ECG in unknown bytes', () => {
  test('the format is told by the beginning', () => {
    expect(sniffCarrier(oru)).toBe('hl7v2');
    expect(sniffCarrier(observation)).toBe('fhir-json');
    expect(sniffCarrier(Buffer.concat([Buffer.from('\ufeff\r\n '), observation]))).toBe(
      'fhir-json',
    );
    expect(sniffCarrier(Buffer.from('MSHA'))).toBeNull();
    expect(sniffCarrier(Buffer.from('<?xml version="1.0"?>'))).toBeNull();
    expect(sniffCarrier(new Uint8Array(0))).toBeNull();
  });

  test('a batch of one message is that message, of two it is refused', () => {
    const batch = (...messages: Uint8Array[]): Buffer =>
      Buffer.concat([
        Buffer.from('FHS|^~\\&\rBHS|^~\\&\r'),
        ...messages,
        Buffer.from('BTS|1\rFTS|1\r'),
      ]);
    expect(codeOf(batch(oru))).toBe('hl7v2-oru');
    expect(codeOf(batch(oru, oru))).toBe('message-malformed');
    expect(codeOf(Buffer.concat([oru, oru]))).toBe('message-malformed');
    const framed = Buffer.concat([Buffer.from([0x0b]), oru, Buffer.from([0x1c, 0x0d])]);
    expect(codeOf(framed)).toBe('hl7v2-oru');
    expect(codeOf(Buffer.concat([framed, framed]))).toBe('message-malformed');
    expect(codeOf(batch())).toBe('no-header');
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
});
