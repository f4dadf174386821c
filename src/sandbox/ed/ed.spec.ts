import { describe, expect, test } from '@jest/globals';
import { createArrivals, HOURLY, utcHour, weightAt } from './arrivals.js';
import { createMix, STORIES } from './story.js';
import { createVisits } from './visit.js';
import { CONDITIONS } from '../simulator/case.js';
import { truthInWords } from './words.js';

const DAY_MS = 86_400_000;

/** How many came in each hour of so many days. */
function perHour(days: number, perMinute: number, bursts: boolean): number[] {
  const next = createArrivals({ seed: 7, perMinute, hourOf: utcHour, bursts });
  const counts = HOURLY.map(() => 0);
  for (let at = next(0); at < days * DAY_MS; at = next(at)) {
    counts[Math.floor(utcHour(at))] = (counts[Math.floor(utcHour(at))] ?? 0) + 1;
  }
  return counts;
}

describe('arrivals', () => {
  test('follow the hours of the day and keep the mean', () => {
    const days = 20;
    const counts = perHour(days, 2, false);
    const total = counts.reduce((sum, one) => sum + one, 0);
    expect(total / (days * 1440)).toBeCloseTo(2, 1);
    for (const [hour, count] of counts.entries()) {
      expect(count / (days * 120)).toBeGreaterThan(weightAt(hour) - 0.12);
      expect(count / (days * 120)).toBeLessThan(weightAt(hour) + 0.12);
    }
  });

  test('come in bursts now and then, and the mean stays', () => {
    const days = 20;
    const total = perHour(days, 2, true).reduce((sum, one) => sum + one, 0);
    expect(total / (days * 1440)).toBeGreaterThan(1.9);
    expect(total / (days * 1440)).toBeLessThan(2.1);
  });

  test('the mean hour of the day is 1', () => {
    expect(HOURLY.reduce((sum, one) => sum + one, 0) / 24).toBeCloseTo(1, 2);
  });

  test('the same seed gives the same instants', () => {
    const some = (seed: number): number[] => {
      const next = createArrivals({ seed, perMinute: 12, hourOf: () => null });
      const times: number[] = [];
      for (let at = 0; times.length < 20; times.push(at)) at = next(at);
      return times;
    };
    expect(some(3)).toEqual(some(3));
    expect(some(3)).not.toEqual(some(4));
  });
});

describe('visits and stories', () => {
  test('the same seed gives the same patients, another seed other ones', () => {
    const some = (seed: number) => {
      const next = createVisits(seed);
      const visits = [next(0), next(0, { condition: 'paced', leadFault: 'lead-off' })];
      return visits.map(({ truth, reading }) => ({
        truth,
        patient: reading.patient,
        samples: reading.ecg.leads.map(({ samples }) => samples.slice(0, 500).join(' ')),
      }));
    };
    const visits = some(2);
    expect(some(2)).toEqual(visits);
    expect(visits[0]?.samples).not.toEqual(some(3)[0]?.samples);
    expect(visits[1]?.truth).toMatchObject({ condition: 'paced', leadFault: 'lead-off' });
  });

  test('the usual mix holds every story, and mostly plain ones', () => {
    const next = createMix(1, ['mllp', 'rest']);
    const kinds = Array.from({ length: 3000 }, () => next());
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(STORIES));
    const plain = kinds.filter(({ kind }) => kind === 'plain').length;
    expect(plain / kinds.length).toBeGreaterThan(0.78);
    expect(kinds.every(({ way, secondWay }) => way !== secondWay)).toBe(true);
  });

  test('every condition has words of its own that fit a column', () => {
    const { truth } = createVisits(1)(0);
    const words = CONDITIONS.map((condition) => truthInWords({ ...truth, condition }));
    expect(new Set(words).size).toBe(CONDITIONS.length);
    expect(Math.max(...words.map(({ length }) => length))).toBeLessThanOrEqual(27);
  });
});
