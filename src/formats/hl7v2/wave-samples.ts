import { ok, refuse, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import { SAMPLES_MAX, scanNumbers, type NumberSyntax } from '../numbers.js';
import { millisecondsBetween, type Group } from './groups.js';
import { NO_SYMBOLS } from './leads.js';

/** The samples of each channel of a group as they are written, its rows joined in their order. */
export function samplesOfGroup(message: Message, group: Group): Result<readonly Float64Array[]> {
  const rateHz = group.channels.find((one) => one !== null)?.sampleRateHz ?? 1;
  const start = group.pieces[0]?.time ?? null;
  const parts: Float64Array[][] = group.channels.map(() => []);
  let count = 0;
  for (const { obx, time } of group.pieces) {
    if (count > 0 && time && !follows(start && millisecondsBetween(start, time), count, rateHz)) {
      return refuse('time-invalid', 'a row of samples does not begin where the last one ends', {
        location: obx.place(5),
      });
    }
    const read = samplesIn(message, obx, group.channels.length);
    if (!read.ok) return refuse(read.failure.code, read.failure.detail, { location: obx.place(5) });
    for (const [index, samples] of read.value.entries()) parts[index]?.push(samples);
    count += read.value[0]?.length ?? 0;
    if (count > SAMPLES_MAX) {
      return refuse('duration-invalid', `more than ${SAMPLES_MAX} samples`, {
        location: obx.place(5),
      });
    }
  }
  return ok(parts.map(joined));
}

/** Less than a sample's time, and what is lost where times are written in milliseconds. */
function follows(elapsedMs: number | null, count: number, rateHz: number): boolean {
  if (elapsedMs === null) return false;
  return Math.abs(elapsedMs - (1000 * count) / rateHz) < 500 / rateHz + 1;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const only = parts[0];
  if (only && parts.length === 1) return only;
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function samplesIn(message: Message, obx: Segment, channels: number): Result<Float64Array[]> {
  const type = obx.field(2);
  if (type.equals('NA')) return blocksOf(message, obx, channels);
  if (type.equals('MA')) return multiplexedOf(message, obx, channels);
  return refuse('encoding-unknown', 'samples are read from the types NA and MA');
}

/** NA: the channels one behind the other, each in a repetition. */
function blocksOf(message: Message, obx: Segment, channels: number): Result<Float64Array[]> {
  const blocks = obx.field(5).repetitions();
  if (blocks.length !== channels) return wrongChannels(blocks.length, channels);
  const made: Float64Array[] = [];
  for (const { start, end } of blocks) {
    const scanned = scanNumbers(message.bytes, start, end, syntaxOf(message));
    if (!scanned.ok) return scanned;
    const expected = made[0]?.length ?? scanned.value.length;
    if (scanned.value.length !== expected) {
      const detail = `a channel has ${scanned.value.length} samples, not ${expected}`;
      return refuse('sample-count-differs', detail);
    }
    made.push(scanned.value);
  }
  return ok(made);
}

/** MA: one repetition for each moment, the channels side by side in its components. */
function multiplexedOf(message: Message, obx: Segment, channels: number): Result<Float64Array[]> {
  const { component, repetition } = message.delimiters;
  const field = obx.field(5);
  // Every row ends with a status and a line end. Without either, moments may be missing, and no
  // count would tell.
  if (field.end >= message.bytes.length) {
    return refuse('encoding-broken', 'the message ends among its samples');
  }
  // A copy of its own, since a Buffer's slice would be the message itself.
  const bytes = new Uint8Array(message.bytes.subarray(field.start, field.end));
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === repetition) end -= 1;
  let moments = 0;
  let values = 1;
  for (let at = 0; at <= end; at += 1) {
    const byte = at === end ? repetition : bytes[at];
    if (byte === component) values += 1;
    if (at < end && byte !== repetition) continue;
    if (values !== channels) return wrongChannels(values, channels);
    moments += 1;
    values = 1;
    if (at < end) bytes[at] = component;
  }
  const scanned = scanNumbers(bytes, 0, end, syntaxOf(message));
  if (!scanned.ok) return scanned;
  if (scanned.value.length !== moments * channels) {
    return refuse('sample-not-a-number', `sample ${moments - 1} is not a number`);
  }
  return ok(Array.from({ length: channels }, (_, i) => every(scanned.value, channels, i)));
}

function every(values: Float64Array, step: number, first: number): Float64Array {
  const made = new Float64Array(values.length / step);
  for (let i = 0, at = first; i < made.length; i += 1, at += step) made[i] = values[at] as number;
  return made;
}

function wrongChannels(found: number, defined: number): Result<Float64Array[]> {
  const detail = `the row has samples of ${found} channels, ${defined} are defined`;
  return refuse('sample-count-differs', detail);
}

function syntaxOf({ delimiters }: Message): NumberSyntax {
  return {
    separator: delimiters.component,
    exponent: 0,
    gapsAllowed: false,
    symbols: NO_SYMBOLS,
  };
}
