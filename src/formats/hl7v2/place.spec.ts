import { describe, expect, test } from '@jest/globals';
import { ENVELOPE } from '../../../test/support/envelope.js';
import { sampleReading } from '../../../test/support/reading.js';
import { departmentOf, placeText, type Place } from '../../core/ecg/reading.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { decodeFile } from '../files.js';
import { decodeOru } from './oru.js';
import { toOru } from './write.js';

const READING = sampleReading({ count: 100, sampleRateHz: 100 });

function placeIn(text: string): Place | null {
  const message = parseMessage(Buffer.from(text, 'utf8'));
  const read = message.ok ? decodeOru(message.value, decodeFile) : message;
  if (!read.ok) throw new Error(read.failure.detail);
  return read.value.place ?? null;
}

function written(place: Place | null): string {
  return Buffer.from(toOru({ ...READING, place }, ENVELOPE)).toString('utf8');
}

function placeOfPv1(field: string): Place | null {
  return placeIn(written(null).replace(/PV1\|[^\r]*/, `PV1||E|${field}`));
}

describe('PV1-3', () => {
  test.each([
    ['ED^3^B^HOSP', { pointOfCare: 'ED', room: '3', bed: 'B', facility: 'HOSP' }],
    [
      'CCU&1.2.3&ISO^^^HOSP&9.9&ISO',
      { pointOfCare: 'CCU', room: null, bed: null, facility: 'HOSP' },
    ],
    ['^12', { pointOfCare: null, room: '12', bed: null, facility: null }],
    ['', null],
  ])('%j is the place %j', (field, place) => {
    expect(placeOfPv1(field)).toEqual(place);
  });

  test('is read as it was written', () => {
    const place = { pointOfCare: 'ED', room: 'Room^1', bed: null, facility: 'A|B' };
    expect(placeIn(written(place))).toEqual(place);
  });

  test('a department is counted by its hospital, and shown without it', () => {
    const place = placeOfPv1('ED^3^B^HOSP');
    expect(departmentOf(place)).toBe('ED, HOSP');
    expect(placeText(place)).toBe('ED · 3 · B');
    expect(departmentOf(placeOfPv1('^12'))).toBeNull();
    expect(placeText(null)).toBeNull();
  });
});
