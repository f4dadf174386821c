import { ok, refuse, type Result } from '../../core/failure.js';
import { decodeLzw } from './lzw.js';

/** Bytes of packed text, two bytes nobody has explained, and the first second difference. */
const HEADER_BYTES = 8;
/** Second differences are stored with this added, so that most of them are small and positive. */
const DIFFERENCE_BIAS = 64;

/**
 * XLI, the compression of Philips cardiographs: one chunk for each channel, in it the samples as
 * second differences, the high bytes of all and then the low bytes of all, packed with LZW. The
 * first two samples are stored as they are. Every channel has to have as many samples as the first,
 * and that `sampleCount` samples give or take `slack`; where the file does not declare it, it is null
 * and `samplesMax` bounds them.
 */
export function decodeXli(
  bytes: Uint8Array,
  channelCount: number,
  sampleCount: number | null,
  samplesMax: number,
  slack = 0,
): Result<Int16Array[]> {
  const room = sampleCount === null ? samplesMax : Math.min(samplesMax, sampleCount + slack);
  const text = new Uint8Array(2 * room);
  const channels: Int16Array[] = [];
  let at = 0;
  for (let channel = 0; channel < channelCount; channel += 1) {
    const length = takeChunk(bytes, at, text);
    if (length === null) return cutShort(channel);
    if (!length.ok) return length;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
    const firstDifference = view.getInt16(6, true);
    at += HEADER_BYTES + view.getInt32(0, true);
    // The last low byte takes no part in any sample, and some writers leave it out.
    const count = Math.ceil(length.value / 2);
    const told = channels[0]?.length ?? sampleCount ?? count;
    if (count < 2 || Math.abs(count - told) > (channels.length > 0 ? 0 : slack)) {
      return refuse(
        'sample-count-differs',
        `channel ${channel + 1} has ${count} samples, not ${told}`,
      );
    }
    if (length.value < 2 * count) text[length.value] = 0;
    channels.push(integrated(text, count, firstDifference));
  }
  const doubled = takeChunk(bytes, at, text)?.ok === true && standsTwice(channels);
  return doubled
    ? refuse('encoding-broken', 'XLI: a channel stands twice, and another is left over')
    : ok(channels);
}

/**
 * A stretch that stands twice moves the chest leads along, and no check of the limb leads sees that.
 * No two electrodes give the same numbers; what is left of worked-out leads may be nought in several.
 */
function standsTwice(channels: readonly Int16Array[]): boolean {
  const moving = channels.filter((samples) => samples.some((value) => value !== samples[0]));
  return moving.some((one, i) =>
    moving.slice(i + 1).some((other) => one.every((value, k) => value === other[k])),
  );
}

/** The bytes of text that the chunk here unpacks to; null where it is not there whole. */
function takeChunk(bytes: Uint8Array, at: number, text: Uint8Array): Result<number> | null {
  if (at + HEADER_BYTES > bytes.length) return null;
  const packedBytes = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getInt32(0, true);
  const from = at + HEADER_BYTES;
  if (packedBytes < 0 || packedBytes > bytes.length - from) return null;
  return decodeLzw(bytes, from, from + packedBytes, text);
}

function cutShort(channel: number): Result<never> {
  return refuse('encoding-broken', `XLI: channel ${channel + 1} is cut short`);
}

/** Sums are taken in sixteen bits, as the recorder takes them: what overflows comes back. */
function integrated(text: Uint8Array, count: number, firstDifference: number): Int16Array {
  const samples = new Int16Array(count);
  for (let i = 0; i < count; i += 1) {
    samples[i] = ((text[i] as number) << 8) | (text[count + i] as number);
  }
  let difference = firstDifference;
  for (let i = 2; i < count; i += 1) {
    const next = (samples[i] as number) - DIFFERENCE_BIAS;
    samples[i] = 2 * (samples[i - 1] as number) - (samples[i - 2] as number) - difference;
    difference = next;
  }
  return samples;
}
