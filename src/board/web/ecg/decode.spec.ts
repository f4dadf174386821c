import { describe, expect, test } from '@jest/globals';
import { parseSamples } from './decode.js';

describe('what comes over the wire', () => {
  test('is int16, little-endian, with its sign', () => {
    const bytes = [1, 0, 0xfe, 0xff, 0xff, 0x7f, 0x00, 0x80];
    const base64 = btoa(String.fromCharCode(...bytes));
    expect([...parseSamples(base64)]).toEqual([1, -2, 32_767, -32_768]);
  });
});
