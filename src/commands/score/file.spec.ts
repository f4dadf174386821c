import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { temporaryFolder } from '../../../test/support/service.js';
import { refuse } from '../../core/failure.js';
import { createDecoder } from '../../decoder.js';
import { toWfdb } from '../../formats/wfdb/write.js';
import { readEcgFile } from './file.js';

const folder = temporaryFolder();
const reading = sampleReading({ count: 200, sampleRateHz: 100 });

beforeAll(() => {
  const { header, signal } = toWfdb(reading, 'r');
  writeFileSync(join(folder.path, 'r.hea'), header);
  writeFileSync(join(folder.path, 'r.dat'), signal);
  writeFileSync(join(folder.path, 'alone.dat'), signal);
  writeFileSync(join(folder.path, 'empty'), '');
  writeFileSync(join(folder.path, 'report'), '%PDF-1.4');
  writeFileSync(join(folder.path, 'packed'), Uint8Array.of(0x1f, 0x8b, 8, 0));
});
afterAll(() => {
  folder.remove();
});

/** As on a machine that reads no pictures. */
const decode = createDecoder(() => Promise.resolve(refuse('picture-broken', 'not a picture')));

async function outcome(path: string): Promise<string> {
  const read = await readEcgFile(path, decode, { ageYears: null, sex: null }, 0);
  return read.ok ? read.value.format : `${read.failure.code}: ${read.failure.detail}`;
}

describe('a file that is named to be scored', () => {
  test('of a WFDB record may be its samples, where its header lies beside them', async () => {
    expect(await outcome(join(folder.path, 'r.hea'))).toBe('wfdb');
    expect(await outcome(join(folder.path, 'r.dat'))).toBe('wfdb');
    expect(await outcome(join(folder.path, 'alone.dat'))).toContain('encoding-unknown');
  });

  test('is refused by what it is, where that is known', async () => {
    expect(await outcome(join(folder.path, 'empty'))).toBe('no-ecg: the file is empty');
    expect(await outcome(join(folder.path, 'report'))).toContain('picture-broken');
    expect(await outcome(join(folder.path, 'packed'))).toContain('a gzip archive');
    expect(await outcome('/dev/zero')).toBe('request-invalid: this is no file');
    expect(await outcome(join(folder.path, 'nowhere'))).toContain('(ENOENT)');
  });
});
