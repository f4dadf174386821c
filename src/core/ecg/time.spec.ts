import { describe, expect, test } from '@jest/globals';
import { ageAt, parseIsoTime, resolveAcquisition } from './time.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const at = (
  local: string,
  zone: string | null = 'Europe/Stockholm',
  offset: number | null = null,
) => resolveAcquisition({ local, offsetMinutes: offset }, zone, NOW);

describe('an acquisition time', () => {
  test('belongs to the zone of its sender, in winter and in summer', () => {
    expect(at('2026-01-10T10:00:00.000')).toEqual({
      instantMs: Date.UTC(2026, 0, 10, 9),
      flags: [],
    });
    expect(at('2026-07-10T10:00:00.000').instantMs).toBe(Date.UTC(2026, 6, 10, 8));
    expect(at('2026-07-10T10:00:00.000', 'America/New_York').instantMs).toBe(
      Date.UTC(2026, 6, 10, 14),
    );
  });

  test('with an offset of its own needs no zone', () => {
    expect(at('2026-01-10T10:00:00.000', null, -300)).toEqual({
      instantMs: Date.UTC(2026, 0, 10, 15),
      flags: [],
    });
  });

  test('in the hour that exists twice in autumn is flagged, not guessed', () => {
    expect(at('2026-10-25T02:30:00.000')).toEqual({
      instantMs: Date.UTC(2026, 9, 25, 0, 30),
      flags: ['time-exists-twice'],
    });
    expect(at('2026-10-25T01:59:59.000').flags).toEqual([]);
    expect(at('2026-10-25T03:00:00.000').flags).toEqual([]);
    expect(at('2025-11-02T01:30:00.000', 'America/New_York').flags).toEqual(['time-exists-twice']);
  });

  test('in the hour that is missing in spring is flagged, not guessed', () => {
    expect(at('2026-03-29T02:30:00.000')).toEqual({
      instantMs: Date.UTC(2026, 2, 29, 1, 30),
      flags: ['time-does-not-exist'],
    });
    expect(at('2026-03-29T03:00:00.000').flags).toEqual([]);
    expect(at('2026-03-08T02:15:00.000', 'America/New_York').flags).toEqual([
      'time-does-not-exist',
    ]);
  });

  test('is flagged without a zone, in the future, in 1970, unreadable or missing', () => {
    expect(at('2026-01-10T10:00:00.000', null).flags).toEqual(['time-without-zone']);
    expect(at('2026-11-21T14:00:00.000').flags).toEqual(['time-in-future']);
    expect(at('2026-11-21T13:04:00.000').flags).toEqual([]);
    expect(at('1970-01-01T00:00:00.000').flags).toEqual(['time-implausible']);
    expect(at('2026-13-45T99:00:00.000')).toEqual({ instantMs: null, flags: ['time-invalid'] });
    expect(resolveAcquisition(null, 'UTC', NOW)).toEqual({
      instantMs: null,
      flags: ['time-missing'],
    });
  });
});

describe('an age', () => {
  test.each([
    ['1963-11-21', 63],
    ['1963-11-22', 62],
    ['1963', 63],
    ['2030-01-01', null],
    ['1800-01-01', null],
    ['unknown', null],
  ])('born %s is %j', (birthDate, age) => {
    expect(ageAt(birthDate, NOW)).toBe(age);
  });
});

describe('an ISO time', () => {
  test.each([
    ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00.000', 120],
    ['2026-10-25T02:30:00.25-0530', '2026-10-25T02:30:00.250', -330],
    ['2026-10-25T02:30Z', '2026-10-25T02:30:00.000', 0],
    ['2026-10-25T02:30:07', '2026-10-25T02:30:07.000', null],
  ])('%s keeps its clock and its offset apart', (text, local, offsetMinutes) => {
    expect(parseIsoTime(text)).toEqual({ local, offsetMinutes });
  });

  test.each(['2026-10-25', 'yesterday', '', '2026-10-25T'])('%j is none', (text) => {
    expect(parseIsoTime(text)).toBeNull();
  });
});
