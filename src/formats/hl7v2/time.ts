import type { WrittenTime } from '../../core/ecg/reading.js';

/**
 * `YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+/-ZZZZ]`. A date alone, or an hour alone, is no instant: null. So
 * is a date that no calendar has.
 */
export function parseHl7Time(text: string): WrittenTime | null {
  const match =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?([+-]\d{4})?$/.exec(
      text.trim(),
    );
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone] = match;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const date = `${year ?? ''}-${month ?? ''}-${day ?? ''}`;
  const local = `${date}T${hour ?? ''}:${minute ?? ''}:${second}.${milliseconds}`;
  if (!isOnCalendar(local)) return null;
  return { local, offsetMinutes: zone === undefined ? null : offsetMinutesOf(zone) };
}

/** 31 February parses, but does not come back as it was written. */
function isOnCalendar(local: string): boolean {
  const parsed = new Date(`${local}Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === `${local}Z`;
}

export function offsetMinutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** `YYYY[MM[DD...]]` as `YYYY-MM-DD`, as far as it is written. */
export function parseHl7Date(text: string): string | null {
  const match = /^(\d{4})(\d{2})?(\d{2})?/.exec(text.trim());
  if (!match) return null;
  const parts = match.slice(1).filter(Boolean);
  return parts.join('-');
}

/** `20260131115900.000+0100` */
export function toHl7Time(time: WrittenTime): string {
  const digits = time.local.replace(/[-:T]/g, '');
  return `${digits}${time.offsetMinutes === null ? '' : toHl7Zone(time.offsetMinutes)}`;
}

function toHl7Zone(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}
