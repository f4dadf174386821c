import { expect, test } from '@jest/globals';
import { Buckets } from './buckets.js';

test('a caller gets a burst, then its rate, and others are not held up by it', () => {
  let nowMs = 0;
  const buckets = new Buckets({ perSecond: 2, burst: 3 }, () => nowMs);
  const taken = () => [0, 0, 0, 0, 0].map(() => buckets.take('a')).filter(Boolean).length;
  expect(taken()).toBe(3);
  expect(buckets.take('b')).toBe(true);
  nowMs = 1_000;
  expect(taken()).toBe(2);
  nowMs = 3_600_000;
  expect(taken()).toBe(3);
});

test('a clock that goes back gives nothing away', () => {
  let nowMs = 10_000;
  const buckets = new Buckets({ perSecond: 1, burst: 1 }, () => nowMs);
  expect(buckets.take('a')).toBe(true);
  nowMs = 0;
  expect(buckets.take('a')).toBe(false);
});

test('however many call, so many are remembered: whoever called longest ago is forgotten', () => {
  const buckets = new Buckets({ perSecond: 0, burst: 1 }, () => 0, 100);
  buckets.take('first');
  for (let i = 0; i < 99; i += 1) buckets.take(`caller-${i}`);
  expect(buckets.take('first')).toBe(false);
  for (let i = 0; i < 99; i += 1) buckets.take(`other-${i}`);
  expect(buckets.size).toBe(100);
  expect(buckets.take('first')).toBe(false);
  for (let i = 0; i < 100; i += 1) buckets.take(`third-${i}`);
  expect(buckets.take('first')).toBe(true);
});
