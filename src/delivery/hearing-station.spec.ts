import { expect, test } from '@jest/globals';
import { eventually } from '../../test/support/eventually.js';
import { fail } from '../core/failure.js';
import type { LogEvent } from '../core/log.js';
import { startHearingStation } from './hearing-station.js';

test('listens again after an EHR that was away, and no more once it is stopped', async () => {
  const told: LogEvent[] = [];
  let heard = 0;
  const station = startHearingStation({
    lease: () => Promise.resolve(true),
    listen: () => {
      heard += 1;
      return heard === 1
        ? Promise.reject(fail('destination-away', 'gone'))
        : Promise.resolve(heard);
    },
    everyMs: 5,
    log: (event) => told.push(event),
  });
  await eventually(() => {
    expect(heard).toBeGreaterThan(2);
    return Promise.resolve();
  }, 5_000);
  await station.stop();
  const atTheEnd = heard;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(heard).toBe(atTheEnd);
  expect(told).toEqual(['answersFailed']);
});

test('of two workers one listens', async () => {
  const holders: string[] = [];
  const heard: string[] = [];
  const start = (name: string) =>
    startHearingStation({
      lease: () => {
        if (holders.length === 0) holders.push(name);
        return Promise.resolve(holders[0] === name);
      },
      listen: () => Promise.resolve(heard.push(name)),
      everyMs: 5,
      log: () => undefined,
    });
  const both = [start('a'), start('b')];
  await eventually(() => {
    expect(heard.length).toBeGreaterThan(2);
    return Promise.resolve();
  }, 5_000);
  for (const station of both) await station.stop();
  expect(new Set(heard)).toEqual(new Set(['a']));
});
