import { describe, expect, test } from '@jest/globals';
import { pngClaiming } from '../../../test/support/pictures.js';
import { sampleReading } from '../../../test/support/reading.js';
import { ENVELOPE } from '../../../test/support/envelope.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { toAecg } from '../aecg/write.js';
import { decodeEcg } from '../decode.js';
import { toObservation } from '../fhir/write.js';
import { toOru } from '../hl7v2/write.js';
import { PICTURES_READ_MAX, withPictures } from './ask.js';
import type { Picture } from './kind.js';
import { pictureReading } from './reading.js';

const sample = sampleReading({ count: 200, sampleRateHz: 100 });
const NOTE = {
  layout: '3x4',
  rhythmLead: 'II',
  speedMmPerS: 25,
  gainMmPerMv: 10,
  scaleFrom: 'pulse',
  leastSureLead: 'V2',
  confidence: 0.93,
} as const;

/** Of this width a picture shows an ECG, of any other it does not. */
const WIDTH = 40;
const page = pngClaiming(WIDTH, 30);
const other = pngClaiming(WIDTH + 1, 30);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function read(bytes: Uint8Array) {
  const asked: Picture[] = [];
  const ask = (picture: Picture): Promise<Result<Reading>> => {
    asked.push(picture);
    const width = new DataView(picture.bytes.buffer, picture.bytes.byteOffset).getUint32(16);
    return Promise.resolve(
      width === WIDTH
        ? ok(pictureReading(picture.kind, sample.ecg, NOTE))
        : refuse('picture-no-page', 'no paper is seen'),
    );
  };
  const result = await withPictures((readPicture) => decodeEcg(bytes, { readPicture }), ask);
  return {
    asked: asked.length,
    told: result.ok ? result.value.format : result.failure.code,
    result,
  };
}

function ed(...files: readonly Uint8Array[]): Uint8Array {
  const rows = files.map(
    (file, i) => `OBX|${i + 1}|ED|11524-6^EKG study^LN||^Application^pdf^Base64^${base64(file)}`,
  );
  const head = 'MSH|^~\\&|CART|ED|LW|H|20260131120000||ORU^R01|M1|P|2.5';
  return Buffer.from([head, 'PID|||42^^^HOSP||Doe^Jane||19620514|F', ...rows, ''].join('\r'));
}

const json = (resource: unknown): Uint8Array => Buffer.from(JSON.stringify(resource));
const attachment = { contentType: 'image/png', data: base64(page) };
const waveform = toAecg(sample);

describe('a picture', () => {
  test.each([
    ['as it stands', page, 'picture-png'],
    ['in OBX ED', ed(page), 'hl7v2-ed+picture-png'],
    [
      'in a DiagnosticReport',
      json({ resourceType: 'DiagnosticReport', presentedForm: [attachment] }),
      'fhir-attachment+picture-png',
    ],
    [
      'in a DocumentReference',
      json({ resourceType: 'DocumentReference', content: [{ attachment }] }),
      'fhir-attachment+picture-png',
    ],
    [
      'in a Media',
      json({ resourceType: 'Media', content: attachment }),
      'fhir-attachment+picture-png',
    ],
    ['in a Binary', json({ resourceType: 'Binary', ...attachment }), 'fhir-attachment+picture-png'],
  ])('%s is read, once', async (_, bytes, format) => {
    const { asked, told, result } = await read(bytes);
    expect({ asked, told }).toEqual({ asked: 1, told: format });
    expect(result).toMatchObject({ ok: true, value: { page: NOTE } });
  });

  test('takes whose it is from the message, never from the page', async () => {
    const { result } = await read(ed(page));
    expect(result).toMatchObject({
      value: { patient: { authority: 'HOSP', value: '42' }, birthDate: '1962-05-14' },
    });
  });

  test('beside the samples themselves is not even looked at', async () => {
    const rows = toOru(sample, ENVELOPE);
    const report = ed(page).subarray(Buffer.from(ed(page)).indexOf('OBX|'));
    expect(await read(Buffer.concat([rows, report]))).toMatchObject({
      asked: 0,
      told: 'hl7v2-oru',
    });
    expect(await read(ed(page, waveform))).toMatchObject({ asked: 0, told: 'hl7v2-ed+hl7-aecg' });
    const entries = [toObservation(sample), { resourceType: 'Media', content: attachment }];
    const bundle = { resourceType: 'Bundle', entry: entries.map((resource) => ({ resource })) };
    expect(await read(json(bundle))).toMatchObject({ asked: 0, told: 'fhir-observation' });
  });

  test('of something else beside one of an ECG does no harm, a second ECG does', async () => {
    expect(await read(ed(other, page))).toMatchObject({ asked: 2, told: 'hl7v2-ed+picture-png' });
    expect(await read(ed(page, page))).toMatchObject({ asked: 2, told: 'lead-doubled' });
  });

  test('of nothing is refused by what it shows, and where it stands', async () => {
    const { result } = await read(ed(other));
    expect(result).toMatchObject({ failure: { code: 'picture-no-page', location: 'OBX[1].5' } });
  });

  test('is one of so many that are read of one message', async () => {
    const many = Array.from({ length: PICTURES_READ_MAX + 3 }, () => other);
    expect((await read(ed(...many))).asked).toBe(PICTURES_READ_MAX);
    expect((await read(ed(...many, page))).told).toBe('picture-no-page');
  });
});
