import { describe, expect, test } from '@jest/globals';
import { fuzzFrames } from './frames.js';

describe('broken frames at a live door', () => {
  test('harm nothing: the door answers the message behind each, and its memory stays flat', async () => {
    const report = await fuzzFrames({ count: 300, seed: 20260131 });
    expect(report).toMatchObject({ sent: 300, alive: true });
    expect(report.answered + report.swallowed).toBe(300);
    expect(report.swallowed).toBeLessThan(60);
    expect(report.heapGrowthBytes).toBeLessThan(8 * 1024 * 1024);
    expect(Object.keys(report.answers)).toEqual(expect.arrayContaining(['AA', 'AR', 'CA']));
  }, 120_000);
});
