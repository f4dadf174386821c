import type { WrittenTime } from '../core/ecg/reading.js';

/** A date that stands in the calendar as `YYYY-MM-DD`; null for 31 February and for no date. */
export function civilDate(year: string, month: string, day: string): string | null {
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return null;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isInstant(`${date}T00:00:00.000`) ? date : null;
}

/** A time of day on such a date, as no zone of its own is known. */
export function civilTime(
  date: string | null,
  hour: string,
  minute: string,
  second: string,
): WrittenTime | null {
  if (date === null || ![hour, minute, second].every((part) => /^\d{1,2}$/.test(part))) return null;
  const [h, m, s] = [hour, minute, second].map((part) => part.padStart(2, '0'));
  const local = `${date}T${h ?? ''}:${m ?? ''}:${s ?? ''}.000`;
  return isInstant(local) ? { local, offsetMinutes: null } : null;
}

/** What no clock ever showed parses to nothing, or comes back as another time. */
function isInstant(local: string): boolean {
  const parsed = new Date(`${local}Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === `${local}Z`;
}
