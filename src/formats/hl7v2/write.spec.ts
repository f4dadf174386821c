import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Message as Hl7ClientMessage } from 'node-hl7-client';
import { sampleReading } from '../../../test/support/reading.js';
import { leadOf } from '../../core/ecg/ecg.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { decodeFile } from '../files.js';
import { decodeOru } from './oru.js';
import { toOru, type OruEnvelope } from './write.js';

describe('ORU writer', () => {
  const envelope: OruEnvelope = {
    controlId: 'M1',
    sendingApplication: 'CART',
    sendingFacility: 'ED',
    receivingApplication: 'LEADWIRE',
    receivingFacility: 'HOSP',
    sentAt: '20260131120000+0000',
  };

  test.each(['microvolt', 'millivolt'] as const)('what is written in %ss is read again', (unit) => {
    for (const leads of [8, 12] as const) {
      const original = sampleReading({ leads });
      const message = parseMessage(toOru(original, { ...envelope, amplitudeUnit: unit }));
      if (!message.ok) throw new Error(message.failure.code);
      const again = decodeOru(message.value, decodeFile);
      expect(again).toEqual({ ok: true, value: { ...original, format: 'hl7v2-oru' } });
    }
  });

  test('every status and an unknown patient survive', () => {
    for (const status of ['preliminary', 'final', 'corrected', 'withdrawn'] as const) {
      const original = sampleReading({ more: { status, patient: null, order: null } });
      const message = parseMessage(toOru(original, envelope));
      if (!message.ok) throw new Error(message.failure.code);
      expect(decodeOru(message.value, decodeFile)).toMatchObject({
        ok: true,
        value: { status, patient: null, order: null },
      });
    }
  });

  test('extra leads, figures and words survive', () => {
    const plain = sampleReading();
    const original = {
      ...plain,
      ecg: { ...plain.ecg, extraLeads: [{ ...leadOf(plain.ecg, 'V2'), name: 'V8' as const }] },
      vendorStatements: ['*** ACUTE MI ***', 'Sinus & rhythm\nline 2'],
      vendorMeasurements: {
        heartRateBpm: 73,
        prMs: 160,
        qrsMs: 94.5,
        qtMs: 380,
        qtcMs: 419,
        pAxisDegrees: -12,
        qrsAxisDegrees: 45,
        tAxisDegrees: 30,
      },
    };
    const message = parseMessage(toOru(original, envelope));
    if (!message.ok) throw new Error(message.failure.code);
    const again = decodeOru(message.value, decodeFile);
    expect(again).toEqual({ ok: true, value: { ...original, format: 'hl7v2-oru' } });
  });

  test('another parser finds in it what was written', () => {
    const original = sampleReading({ leads: 8 });
    const text = Buffer.from(toOru(original, envelope)).toString('utf8');
    const message = new Hl7ClientMessage({ text });
    expect(message.get('MSH.9.2').toString()).toBe('R01');
    expect(message.get('PID.5.1').toString()).toBe("Doe|O'Hara");
    expect(message.get('PID.7').toString()).toBe('19620514');
    const samples = text
      .split('\r')
      .find((one) => one.includes('|131331^'))
      ?.split('|')[5];
    expect(samples?.split('^').map(Number)).toEqual([...leadOf(original.ecg, 'V1').samples]);
  });

  test('a mutated message ends as a reading or as a named refusal', () => {
    const bytes = toOru(sampleReading({ count: 100, sampleRateHz: 100 }), envelope);
    const change = fc.tuple(
      fc.nat(bytes.length - 1),
      fc.constantFrom(...Buffer.from('|^~\\&\r\n0-.NAX')),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const mutated = bytes.slice();
        for (const [at, sign] of changes) mutated[at] = sign;
        const message = parseMessage(mutated);
        if (!message.ok) return;
        const result = decodeOru(message.value, decodeFile);
        if (!result.ok) expect(result.failure.class).toBe('permanent');
        else expect(result.value.ecg.leads).toHaveLength(12);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
