import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/drawing/png.js';
import { toOruEd } from '../../src/formats/hl7v2/write-enclosed.js';
import { createMllpClient } from '../../src/wire/mllp/client.js';
import { ENVELOPE } from '../support/envelope.js';
import { pdfBomb, toPdf } from '../support/pdf.js';
import {
  blankPage,
  drawnPage,
  petPhoto,
  pngClaiming,
  textPage,
  toJpeg,
} from '../support/pictures.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';

const page = drawnPage();
const png = encodePng(page, 6000);
const jpeg = toJpeg(page);
const scan = { jpeg: { bytes: jpeg, width: page.width, height: page.height } };
const words = { content: Buffer.from('0.5 g 20 20 300 40 re f') };
const bomb = pdfBomb(1_500_000_000);
const WAIT_MS = 30_000;
/** A busy machine takes several times as long, and is told nothing else. */
const MS_MAX = 240_000;

interface Standing {
  readonly outcome: string;
  readonly problem: { readonly code: string } | null;
  readonly ecg: { readonly format: string; readonly page: { readonly layout: string } } | null;
}

const folder = temporaryFolder();
let service: RunningService;

beforeAll(async () => {
  service = await runService({
    env: { LEADWIRE_DATA_DIR: join(folder.path, 'data') },
    readyMsMax: MS_MAX,
  });
}, MS_MAX);
afterAll(async () => {
  await service.kill('SIGKILL');
  folder.remove();
});

async function post(bytes: Uint8Array, query = '') {
  const answer = await fetch(`${service.url}/api/ecgs${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  const location = answer.headers.get('location') ?? '';
  const receipt = (await (await fetch(service.url + location)).json()) as Standing;
  return { status: answer.status, receipt };
}

describe('a picture at the HTTP door', () => {
  test(
    'is read and scored, and the answer says that it was a picture',
    async () => {
      const query = `?waitMs=${WAIT_MS}&patient=HOSP|7&age=61&sex=male`;
      const { status, receipt } = await post(png, query);
      expect(status).toBe(200);
      expect(receipt).toMatchObject({
        outcome: 'ecg',
        ecg: { format: 'picture-png', page: { layout: '3x4' } },
        assessment: { state: 'done' },
      });
    },
    MS_MAX,
  );

  test(
    'keeps nobody waiting: other requests are answered while it is read',
    async () => {
      const slowest = { ms: 0, count: 0 };
      const state = { isOver: false };
      const sentMs = performance.now();
      const reading = post(toPdf([words, scan])).finally(() => {
        state.isOver = true;
      });
      while (!state.isOver) {
        const startedMs = performance.now();
        await (await fetch(`${service.url}/health/live`)).arrayBuffer();
        slowest.ms = Math.max(slowest.ms, performance.now() - startedMs);
        slowest.count += 1;
      }
      expect((await reading).receipt.outcome).toBe('ecg');
      expect(slowest.count).toBeGreaterThan(5);
      expect(slowest.ms).toBeLessThan((performance.now() - sentMs) / 3);
    },
    MS_MAX,
  );

  test.each([
    ['a photo of a pet', 'picture-no-page', () => toJpeg(petPhoto())],
    ['a blank page', 'picture-no-page', () => toJpeg(blankPage())],
    ['a page of text', /^picture-/, () => toJpeg(textPage())],
    ['a scan of 60 million pixels', 'picture-too-large', () => pngClaiming(10_000, 6_000)],
    ['a JPEG that is cut short', 'picture-broken', () => jpeg.slice(0, jpeg.length / 2)],
    ['a PDF of 200 pages', 'pdf-too-long', () => toPdf(Array.from({ length: 200 }, () => words))],
    ['a PDF behind a password', 'pdf-encrypted', () => toPdf([scan], { locked: true })],
    ['a PDF that unpacks to 1.5 GB', /^picture-too-(heavy|slow)$/, () => bomb],
  ])(
    '%s is refused as %s, and the service lives',
    async (_, code, bytes) => {
      const { status, receipt } = await post(bytes());
      expect(status).toBe(422);
      expect(receipt).toMatchObject({ outcome: 'at-fault', ecg: null });
      expect(receipt.problem?.code).toMatch(code);
      expect((await fetch(`${service.url}/health/ready`)).ok).toBe(true);
    },
    MS_MAX,
  );
});

describe('a picture at the MLLP door', () => {
  test(
    'is acknowledged once it is read and stored',
    async () => {
      const client = createMllpClient({
        host: '127.0.0.1',
        port: service.mllpPort ?? 0,
        timeoutMs: MS_MAX,
      });
      const message = toOruEd(sampleReading(), ENVELOPE, { bytes: toPdf([scan]), subtype: 'pdf' });
      const { code } = await client.send(message);
      client.close();
      expect(code).toBe('AA');
      const listed = await fetch(`${service.url}/api/receipts?messageId=M1`);
      const { receipts } = (await listed.json()) as { receipts: { receiptId: string }[] };
      const id = receipts[0]?.receiptId ?? '';
      const standing = (await (
        await fetch(`${service.url}/api/receipts/${id}`)
      ).json()) as Standing;
      expect(standing.ecg).toMatchObject({ format: 'hl7v2-ed+picture-pdf' });
    },
    MS_MAX,
  );
});

describe('a picture on the command line', () => {
  const at = (name: string): string => join(folder.path, 'pages', name);
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['dist/main.js', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });

  beforeAll(() => {
    mkdirSync(at('bad'), { recursive: true });
    writeFileSync(at('page.png'), png);
    writeFileSync(at('bad/locked.pdf'), toPdf([scan], { locked: true }));
    writeFileSync(at('bad/bomb.pdf'), bomb);
    writeFileSync(at('bad/pet.jpg'), toJpeg(petPhoto()));
  });

  test(
    'is scored, and what its paper does not show is said',
    () => {
      const { status, stdout } = run('score', at('page.png'), '--age', '61', '--sex', 'male');
      expect(status).toBe(0);
      expect(stdout).toContain('format        picture-png');
      expect(stdout).toMatch(/from paper {4}Read from a picture of the paper: 3x4/);
      expect(stdout).toMatch(/abstains: lead \w+ is known for 2\.\d s, 10\.0 s are needed/);
      expect(stdout).toMatch(/ST at J, mm +I /);
    },
    MS_MAX,
  );

  test(
    'is refused by its name, and the others of its folder are read',
    () => {
      const { status, stderr } = run('score', at('bad'));
      expect(status).toBe(2);
      expect(stderr).toMatch(/locked\.pdf: refused \(pdf-encrypted\)/);
      expect(stderr).toMatch(/bomb\.pdf: refused \(picture-too-(heavy|slow)\)/);
      expect(stderr).toMatch(/pet\.jpg: refused \(picture-no-page\)/);
    },
    MS_MAX,
  );

  test(
    'is sent like any other file',
    () => {
      const { status, stdout } = run('send', at('page.png'), '--to', service.url);
      expect({ status, stdout }).toMatchObject({ status: 0 });
      expect(stdout).toContain('page.png');
    },
    MS_MAX,
  );
});
