import { describe, expect, test } from '@jest/globals';
import { spanWords } from './clock.js';

describe('a waiting time', () => {
  test.each([
    [0, '0:00'],
    [-5000, '0:00'],
    [247_000, '4:07'],
    [3_600_000, '1 h 00'],
    [4_320_000, '1 h 12'],
    [183_600_000, '2 d 3 h'],
  ])('of %d ms reads %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});
