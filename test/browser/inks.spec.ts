import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { INKS } from '../../src/core/image/page.js';

describe('the paper in the dark', () => {
  test('has a colour for every ink', () => {
    const sheet = readFileSync('src/board/web/style/ecg.css', 'utf8');
    const missing = Object.values(INKS)
      .map((parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`)
      .filter((colour) => !sheet.includes(`='${colour}']`));
    expect(missing).toEqual([]);
  });
});
