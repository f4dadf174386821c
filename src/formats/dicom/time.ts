import type { WrittenTime } from '../../core/ecg/reading.js';
import type { DataSet } from './data-set.js';
import { TAG } from './tags.js';
import { textOf } from './values.js';

/** When the ECG was recorded: AcquisitionDateTime, else the date and time of another name. */
export function acquiredOf(set: DataSet): WrittenTime | null {
  const offset = parseOffset(textOf(set, TAG.timezoneOffset));
  const written = [
    textOf(set, TAG.acquisitionDateTime),
    textOf(set, TAG.acquisitionDate) + textOf(set, TAG.acquisitionTime),
    textOf(set, TAG.contentDate) + textOf(set, TAG.contentTime),
  ];
  for (const text of written) {
    const time = parseDicomTime(text);
    if (time) return time.offsetMinutes === null ? { ...time, offsetMinutes: offset } : time;
  }
  return null;
}

/** `YYYYMMDDHHMM[SS[.FFFFFF]][&ZZXX]`; the forms of before 1993 with points and colons too. */
export function parseDicomTime(text: string): WrittenTime | null {
  const match =
    /^(\d{4})\.?(\d{2})\.?(\d{2})(\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?([+-]\d{4})?$/.exec(
      text.trim(),
    );
  if (!match) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match;
  const milliseconds = (match[7] ?? '').padEnd(3, '0').slice(0, 3);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}`;
  const parsed = new Date(`${local}Z`);
  // 31 February parses, but does not come back as it was written.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== `${local}Z`) return null;
  return { local, offsetMinutes: parseOffset(match[8] ?? '') };
}

/** `+0100` as minutes east of Greenwich. */
function parseOffset(text: string): number | null {
  const match = /^([+-])(\d{2})(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

export function toDicomOffset(minutes: number): string {
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

export function parseDicomDate(text: string): string | null {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text.trim());
  const date = match ? `${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}` : '';
  return parseDicomTime(`${date.replaceAll('-', '')}0000`) ? date : null;
}

const YEARS_A_UNIT: ReadonlyMap<string, number> = new Map([
  ['Y', 1],
  ['M', 1 / 12],
  ['W', 7 / 365.25],
  ['D', 1 / 365.25],
]);

/** `042Y`, `006M`: whole years. */
export function parseDicomAge(text: string): number | null {
  const match = /^(\d{1,3})([YMWD])$/.exec(text.trim().toUpperCase());
  const factor = YEARS_A_UNIT.get(match?.[2] ?? '');
  return match && factor !== undefined ? Math.floor(Number(match[1]) * factor + 1e-9) : null;
}
