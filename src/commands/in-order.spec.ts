import { describe, expect, test } from '@jest/globals';
import { inOrder } from './in-order.js';

describe('work in order', () => {
  test('yields in the order of the items, whichever ends first, and never more at once', async () => {
    let running = 0;
    let most = 0;
    const slowest = async (item: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      for (let i = 0; i < 10 - item; i += 1) await Promise.resolve();
      running -= 1;
      return item;
    };
    const seen: number[] = [];
    for await (const item of inOrder([1, 2, 3, 4, 5, 6, 7], 3, slowest)) seen.push(item);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('meets a failure when its turn comes', async () => {
    const seen: number[] = [];
    const work = (item: number) =>
      item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item);
    const run = async (): Promise<void> => {
      for await (const item of inOrder([1, 2, 3], 3, work)) seen.push(item);
    };
    await expect(run()).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });
});
