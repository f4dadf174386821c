import { describe, expect, test } from '@jest/globals';
import { fuzzPictures } from './pictures.js';

describe('mutated pictures', () => {
  test('are a reading or a named refusal, and the next one is read', async () => {
    const report = await fuzzPictures({ count: 24, seed: 20260131 });
    expect(report.faults).toEqual([]);
    expect(report.sent).toBe(24);
    // Most are refused by their first bytes, some by what unpacks them, some unpack to no paper.
    expect(Object.keys(report.answers)).toEqual(
      expect.arrayContaining(['picture-broken', 'picture-no-page']),
    );
  }, 120_000);
});
