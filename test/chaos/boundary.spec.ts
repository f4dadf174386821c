import { describe, expect, it } from '@jest/globals';
import { createRandom } from '../../src/sandbox/random.js';
import { BOUNDARIES, dealFates, MOMENTS } from './boundary.js';

describe('dealing out kills', () => {
  it('gives every boundary at least ten of a hundred, and every moment of it some', () => {
    const fates = dealFates(100, createRandom(7));
    for (const boundary of BOUNDARIES) {
      const dealt = fates.flatMap((fate) => (fate.at === boundary ? [fate.blow.moment] : []));
      expect(dealt.length).toBeGreaterThanOrEqual(10);
      expect([...new Set(dealt)].sort()).toEqual([...MOMENTS[boundary]].sort());
    }
    expect(fates.filter(({ at }) => at === 'start').length).toBe(8);
  });

  it('deals the same for the same seed and otherwise for another', () => {
    expect(dealFates(40, createRandom(1))).toEqual(dealFates(40, createRandom(1)));
    expect(dealFates(40, createRandom(1))).not.toEqual(dealFates(40, createRandom(2)));
  });
});
