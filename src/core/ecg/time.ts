import type { WrittenTime } from './reading.js';

/** What is doubtful about an acquisition time. Any of these keeps an alert from being live. */
export type TimeFlag =
  | 'time-missing'
  | 'time-invalid'
  | 'time-without-zone'
  | 'time-exists-twice'
  | 'time-does-not-exist'
  | 'time-in-future'
  | 'time-implausible';

export interface Acquisition {
  /** Milliseconds since 1970, or null where no instant can be told. */
  readonly instantMs: number | null;
  readonly flags: readonly TimeFlag[];
}

/** A cart's clock may run ahead of ours by this much before it is called wrong. */
export const CLOCK_AHEAD_MS_MAX = 5 * 60_000;
/** A 12-lead older than this is a reset clock (1970, 1980, 2000), not an old patient. */
const OLDEST_PLAUSIBLE_MS = Date.UTC(2001, 0, 1);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The instant of a written time in the sender's IANA zone. Of the hour that exists twice in autumn
 * the earlier is taken, of the one missing in spring the instant after the jump; both are flagged,
 * because a guess that looks like a fact is worse than none.
 */
export function resolveAcquisition(
  written: WrittenTime | null,
  zone: string | null,
  nowMs: number,
): Acquisition {
  if (written === null) return acquisition(null, ['time-missing']);
  const civilMs = Date.parse(`${written.local}Z`);
  if (Number.isNaN(civilMs)) return acquisition(null, ['time-invalid']);
  const flags: TimeFlag[] = [];
  let instantMs: number;
  if (written.offsetMinutes !== null) {
    instantMs = civilMs - written.offsetMinutes * MINUTE_MS;
  } else if (zone === null) {
    flags.push('time-without-zone');
    instantMs = civilMs;
  } else {
    const candidates = instantsOf(civilMs, zone);
    if (candidates.length === 2) flags.push('time-exists-twice');
    if (candidates.length === 0) flags.push('time-does-not-exist');
    instantMs = candidates[0] ?? civilMs - offsetAt(civilMs - DAY_MS, zone);
  }
  if (instantMs > nowMs + CLOCK_AHEAD_MS_MAX) flags.push('time-in-future');
  if (instantMs < OLDEST_PLAUSIBLE_MS) flags.push('time-implausible');
  return acquisition(instantMs, flags);
}

function acquisition(instantMs: number | null, flags: readonly TimeFlag[]): Acquisition {
  return Object.freeze({ instantMs, flags: Object.freeze(flags) });
}

/** Every instant at which the clocks of the zone showed this civil time: none, one or two. */
function instantsOf(civilMs: number, zone: string): number[] {
  const offsets = new Set([offsetAt(civilMs - DAY_MS, zone), offsetAt(civilMs + DAY_MS, zone)]);
  return [...offsets]
    .map((offset) => civilMs - offset)
    .filter((instant) => instant + offsetAt(instant, zone) === civilMs)
    .sort((a, b) => a - b);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function offsetAt(instantMs: number, zone: string): number {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  const parts: Record<string, number> = {};
  for (const part of formatter.formatToParts(instantMs)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(instantMs / 1000) * 1000;
}

/** Whole years between a birth date (`YYYY-MM-DD`, or a prefix of it) and an instant. */
export function ageAt(birthDate: string, instantMs: number): number | null {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate);
  if (!match) return null;
  const at = new Date(instantMs);
  const month = Number(match[2] ?? '07');
  const day = Number(match[3] ?? '01');
  const hadBirthday =
    at.getUTCMonth() + 1 > month || (at.getUTCMonth() + 1 === month && at.getUTCDate() >= day);
  const years = at.getUTCFullYear() - Number(match[1]) - (hadBirthday ? 0 : 1);
  return years >= 0 && years <= 130 ? years : null;
}

/** `2026-10-25T02:30:00+02:00` and its shorter forms; null for a date alone, which is no instant. */
export function parseIsoTime(text: string): WrittenTime | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    );
  if (!match) return null;
  const [, date, minute, second = '00', fraction = '', zone] = match;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const local = `${date ?? ''}T${minute ?? ''}:${second}.${milliseconds}`;
  return { local, offsetMinutes: zone === undefined ? null : offsetOf(zone) };
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}
