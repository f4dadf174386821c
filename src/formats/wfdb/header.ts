import { ok, refuse, type Result } from '../../core/failure.js';
import type { WrittenTime } from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';

/** What the header says of one signal, which stands in a file with others or alone. */
export interface WfdbSignal {
  readonly fileName: string;
  readonly format: number;
  readonly byteOffset: number;
  /** Steps of the converter for one unit; null where the signal was never calibrated. */
  readonly gain: number | null;
  /** The step that stands for no voltage. */
  readonly baseline: number;
  readonly unit: string;
  /** Of the first sample and over all, null where the header ends before them. */
  readonly initialValue: number | null;
  readonly checksum: number | null;
  readonly description: string;
}

export interface WfdbHeader {
  readonly sampleRateHz: number;
  /** Null where the header leaves it to the length of the file. */
  readonly sampleCount: number | null;
  readonly recordedAt: WrittenTime | null;
  readonly signals: readonly WfdbSignal[];
  readonly comments: readonly string[];
}

const HEADER_BYTES_MAX = 65_536;
const SIGNALS_MAX = 64;
const COMMENTS_MAX = 200;

/** `name[/segments] signals [rate[/counter[(base)]] [samples [time [date]]]]` */
const RECORD_LINE =
  /^([\w-]{1,64})(\/\d{1,6})?\s+(\d{1,4})(?:\s+([\d.eE+-]{1,20})(?:\/\S{1,40})?(?:\s+(\d{1,10})(?:\s+(\S{1,20})(?:\s+(\S{1,20}))?)?)?)?$/;

/** `file format[xFrame][:skew][+offset] [gain[(baseline)][/unit] [bits [zero [first [sum [block [text]]]]]]]` */
const SIGNAL_LINE =
  /^(\S{1,128})\s+(\d{1,3})(?:x(\d{1,5}))?(?::(-?\d{1,6}))?(?:\+(\d{1,9}))?(?:\s+([+-]?[\d.]{1,20}(?:[eE][+-]?\d{1,3})?)(?:\((-?\d{1,10})\))?(?:\/(\S{1,20}))?(?:\s+(\d{1,2})(?:\s+(-?\d{1,10})(?:\s+(-?\d{1,10})(?:\s+(-?\d{1,10})(?:\s+(\d{1,10})(?:\s+(.{0,200}))?)?)?)?)?)?)?$/;

/** Any that was ever defined: a header is one even where its signals are not read here. */
const FORMATS = new Set([0, 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524]);

const LOOKED_AT_BYTES_MAX = 4096;

/** A record line, and the line of a signal or a segment behind it: no other text has both. */
export function looksLikeHeader(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, LOOKED_AT_BYTES_MAX));
  if (/[^\t\n\r\x20-\x7e\x80-\xff]/.test(text)) return false;
  const [first = '', second = ''] = linesOf(text).filter((line) => !line.startsWith('#'));
  const record = RECORD_LINE.exec(first);
  if (!record || record[4] === undefined) return false;
  if (record[2] !== undefined) return /^([\w-]{1,64}|~)\s+\d+$/.test(second);
  const signal = SIGNAL_LINE.exec(second);
  return signal !== null && /[.A-Za-z~]/.test(signal[1] ?? '') && FORMATS.has(Number(signal[2]));
}

function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function parseHeader(bytes: Uint8Array): Result<WfdbHeader> {
  if (bytes.length > HEADER_BYTES_MAX) {
    return refuse('message-too-large', `the header has more than ${HEADER_BYTES_MAX} bytes`);
  }
  const lines = linesOf(new TextDecoder('latin1').decode(bytes));
  const comments = lines.filter((line) => line.startsWith('#')).slice(0, COMMENTS_MAX);
  const [first = '', ...rest] = lines.filter((line) => !line.startsWith('#'));
  const record = RECORD_LINE.exec(first);
  if (!record) return refuse('encoding-broken', 'the header has no record line');
  const [, , segments, count, rate = '', samples, time, date] = record;
  if (segments !== undefined) {
    return refuse('encoding-unknown', 'a record of several segments is not read');
  }
  const signalCount = Number(count);
  if (signalCount === 0) return refuse('no-ecg', 'the record has no signals');
  if (signalCount > SIGNALS_MAX) {
    return refuse('message-too-large', `the record has more than ${SIGNALS_MAX} signals`);
  }
  const sampleRateHz = Number(rate);
  if (!(sampleRateHz > 0)) {
    return refuse('sample-rate-invalid', 'the header gives no sampling frequency');
  }
  const signals = signalsIn(rest, signalCount);
  if (!signals.ok) return signals;
  return ok({
    sampleRateHz,
    sampleCount: Number(samples ?? 0) || null,
    recordedAt: recordedAt(time, date),
    signals: signals.value,
    comments: comments.map((line) => line.slice(1).trim()),
  });
}

function signalsIn(lines: readonly string[], count: number): Result<readonly WfdbSignal[]> {
  const signals: WfdbSignal[] = [];
  for (let index = 0; index < count; index += 1) {
    const location = { location: `signal ${index + 1}` };
    const match = SIGNAL_LINE.exec(lines[index] ?? '');
    if (!match)
      return refuse('encoding-broken', 'the line of a signal is not as it must be', location);
    const [, fileName = '', format, frame = '1', skew = '0', offset = '0', gain, base, unit] =
      match;
    const [zero, first, sum, , description = ''] = match.slice(10);
    if (Number(frame) !== 1) {
      return refuse('encoding-unknown', 'several samples a frame are not read', location);
    }
    if (Number(skew) !== 0) {
      return refuse('encoding-unknown', 'a signal that is shifted in time is not read', location);
    }
    signals.push({
      fileName,
      format: Number(format),
      byteOffset: Number(offset),
      gain: Number(gain ?? 0) || null,
      baseline: Number(base ?? zero ?? 0),
      unit: unit ?? 'mV',
      initialValue: first === undefined ? null : Number(first),
      checksum: sum === undefined ? null : Number(sum),
      description: description.trim(),
    });
  }
  return ok(signals);
}

/** `11:59:00.5 31/01/2026`; a time without a date tells nothing. */
function recordedAt(time: string | undefined, date: string | undefined): WrittenTime | null {
  const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(date ?? '');
  const clock = /^(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(\.\d{1,9})?$/.exec(time ?? '');
  if (!day || !clock) return null;
  const two = (digits = '0') => digits.padStart(2, '0');
  const [, hour, minute, second, fraction = ''] = clock;
  return parseIsoTime(
    `${day[3] ?? ''}-${two(day[2])}-${two(day[1])}T${two(hour)}:${two(minute)}:${two(second)}${fraction}`,
  );
}
