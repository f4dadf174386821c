import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { INKS } from '../../../core/image/page.js';
import { parseSamples } from './decode.js';

describe('what comes over the wire', () => {
  test('is int16, little-endian, with its sign', () => {
    const bytes = Buffer.alloc(8);
    [1, -2, 32_767, -32_768].forEach((value, i) => bytes.writeInt16LE(value, 2 * i));
    expect([...parseSamples(bytes.toString('base64'))]).toEqual([1, -2, 32_767, -32_768]);
  });
});

describe('the paper in the dark', () => {
  test('has a colour for every ink that is not paper on paper', () => {
    const sheet = readFileSync('src/board/web/style/ecg.css', 'utf8');
    const missing = Object.entries(INKS).filter(([, parts]) => {
      const colour = `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
      return !sheet.includes(`='${colour}']`);
    });
    expect(missing).toEqual([]);
  });
});
