import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pdfBomb, toPdf } from '../../test/support/pdf.js';
import {
  blankPage,
  drawnPage,
  leftPart,
  petPhoto,
  pngClaiming,
  stacked,
  textPage,
  toJpeg,
  upsideDown,
} from '../../test/support/pictures.js';
import { silentLog } from '../core/log.js';
import { leadOf } from '../core/ecg/ecg.js';
import { encodePng } from '../drawing/png.js';
import { pictureKind } from '../formats/picture/kind.js';
import { createPictureReader, type PictureReader, type PictureReaderOptions } from './reader.js';
import { READING_PROCESS } from './slot.js';

const LOADER = new URL('../../test/support/ts-loader.js', import.meta.url).href;
const program = { ...READING_PROCESS, execArgv: ['--import', LOADER] };
/** The first picture waits for the process to begin, and for its TypeScript. */
const MS_MAX = 120_000;

function open(limits: PictureReaderOptions['limits'] = {}): PictureReader {
  return createPictureReader({
    log: silentLog,
    program,
    limits: { readMsMax: MS_MAX, waitMsMax: MS_MAX, ...limits },
  });
}

async function told(reader: PictureReader, bytes: Uint8Array): Promise<string> {
  const kind = pictureKind(bytes);
  if (kind === null) throw new Error('no picture');
  const read = await reader.read({ kind, bytes });
  return read.ok ? read.value.format : read.failure.code;
}

const page = drawnPage();
const jpeg = toJpeg(page);
const scan = { jpeg: { bytes: jpeg, width: page.width, height: page.height } };
const words = { content: Buffer.from('0.5 g 20 20 300 40 re f') };

describe('pictures of a paper ECG', () => {
  let reader: PictureReader;
  beforeAll(() => {
    reader = open();
  });
  afterAll(() => reader.close());

  test.each([
    ['PNG', encodePng(page, 6000), 'picture-png'],
    ['JPEG', jpeg, 'picture-jpeg'],
    ['scan in a PDF, behind a page of something else', toPdf([words, scan]), 'picture-pdf'],
    ['scan in a PDF that came as a Buffer', Buffer.from(toPdf([scan])), 'picture-pdf'],
  ])(
    'a %s becomes an Ecg',
    async (name, bytes, format) => {
      const kind = pictureKind(bytes);
      const read = kind && (await reader.read({ kind, bytes }));
      if (!read?.ok) throw new Error(`${name}: ${read?.failure.detail ?? 'no picture'}`);
      expect(read.value).toMatchObject({
        format,
        patient: null,
        acquired: null,
        page: { layout: '3x4', speedMmPerS: 25, gainMmPerMv: 10 },
      });
      const { ecg } = read.value;
      expect(ecg.leads).toHaveLength(12);
      const lead = leadOf(ecg, 'aVL');
      expect((lead.to - lead.from) / ecg.sampleRateHz).toBeCloseTo(2.5, 0);
    },
    MS_MAX,
  );

  test.each([
    ['a photo of a pet', () => toJpeg(petPhoto())],
    ['a blank page', () => toJpeg(blankPage())],
    ['a page of text', () => toJpeg(textPage())],
    ['a page that is cut off', () => toJpeg(leftPart(page, 0.3))],
    ['two ECGs on a page', () => toJpeg(stacked([page, page]))],
    ['a PDF without an ECG', () => toPdf([words])],
  ])(
    '%s is refused by its name',
    async (_, bytes) => {
      expect(await told(reader, bytes())).toMatch(/^picture-/);
    },
    MS_MAX,
  );

  test(
    'a page that stands on its head is read as it should be, or refused',
    async () => {
      const bytes = toJpeg(upsideDown(page));
      const read = await reader.read({ kind: 'jpeg', bytes });
      const upright = await reader.read({ kind: 'jpeg', bytes: jpeg });
      if (!read.ok) expect(read.failure.code).toMatch(/^picture-/);
      else if (upright.ok) expect(read.value.page?.rhythmLead).toBe(upright.value.page?.rhythmLead);
    },
    MS_MAX,
  );

  test.each([
    ['a scan of 60 million pixels', 'picture-too-large', () => pngClaiming(10_000, 6_000)],
    ['a PNG that says it is without end', 'picture-too-large', () => pngClaiming(2 ** 31, 2 ** 31)],
    ['a JPEG that is cut short', 'picture-broken', () => jpeg.slice(0, jpeg.length / 2)],
    ['a PNG that is cut short', 'picture-broken', () => encodePng(page, 6000).slice(0, 9_000)],
    ['a PDF of 200 pages', 'pdf-too-long', () => toPdf(Array.from({ length: 200 }, () => words))],
    ['a PDF behind a password', 'pdf-encrypted', () => toPdf([scan], { locked: true })],
    ['a PDF that is cut short', 'pdf-broken', () => toPdf([scan]).slice(0, 200)],
    ['a PDF with two ECGs', 'lead-doubled', () => toPdf([scan, scan])],
  ])(
    '%s is %s',
    async (_, code, bytes) => {
      expect(await told(reader, bytes())).toBe(code);
    },
    MS_MAX,
  );
});

describe('a picture that takes too much', () => {
  test(
    'of memory is refused, and the next one is read by a new process',
    async () => {
      const reader = open({ memoryBytesMax: 400 * 1_048_576, watchMs: 10 });
      const [bomb, next] = await Promise.all([
        told(reader, pdfBomb(500_000_000)),
        told(reader, jpeg),
      ]);
      expect([bomb, next]).toEqual(['picture-too-heavy', 'picture-jpeg']);
      await reader.close();
    },
    MS_MAX,
  );

  test.each([{ readMsMax: 20 }, { processorMsMax: 100, watchMs: 10 }])(
    'of time is refused: %j',
    async (limits) => {
      const reader = open(limits);
      expect(await told(reader, jpeg)).toBe('picture-too-slow');
      await reader.close();
    },
    MS_MAX,
  );

  test(
    'of turns is not taken now, so that whoever sent it sends it again',
    async () => {
      const reader = open({ waitingMax: 1, waitMsMax: 5 });
      const ask = () => reader.read({ kind: 'jpeg', bytes: jpeg });
      const asked = await Promise.allSettled([ask(), ask(), ask()]);
      expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(asked[2]).toMatchObject({
        reason: { failure: { code: 'picture-reader-busy', class: 'transient' } },
      });
      await reader.close();
    },
    MS_MAX,
  );
});
