import { ok, refuse, type Result } from '../../core/failure.js';
import { decodeBase64 } from '../base64.js';
import { scanNumbers } from '../numbers.js';
import type { ByteRange } from '../xml/tree.js';
import { decodeXli } from './xli.js';

/** The numbers of each channel, as the recorder counts them. */
export type Channels = readonly (Int16Array | Float64Array)[];

/** How the samples stand in the document. */
export interface Packing {
  readonly encoding: string;
  readonly isXli: boolean;
  readonly bitsPerSample: number;
  readonly isSigned: boolean;
  readonly channelCount: number;
  /** Of each channel; null where the document does not say. */
  readonly sampleCount: number | null;
  /** So many more or fewer may stand there, where each channel tells its own length. */
  readonly slack: number;
  /** So many samples a channel are taken for one document of this size. */
  readonly samplesMax: number;
}

export function channelsIn(text: ByteRange, packing: Packing): Result<Channels> {
  switch (packing.encoding.toLowerCase()) {
    case 'plain':
      return plainChannels(text, packing);
    case 'base64': {
      const bytes = decodeBase64(text.bytes, text.start, text.end);
      if (bytes === null) return refuse('encoding-broken', 'the samples are not base64');
      return packedChannels(bytes, packing);
    }
    case 'hex': {
      const bytes = decodeHex(text);
      if (bytes === null) return refuse('encoding-broken', 'the samples are not hexadecimal');
      return packedChannels(bytes, packing);
    }
    default:
      return refuse('encoding-unknown', 'the samples are in no encoding that is read here');
  }
}

function packedChannels(bytes: Uint8Array, packing: Packing): Result<Channels> {
  const { isXli, channelCount, sampleCount, samplesMax, slack } = packing;
  return isXli
    ? decodeXli(bytes, channelCount, sampleCount, samplesMax, slack)
    : binaryChannels(bytes, packing);
}

/** All samples of a channel, then those of the next, the low byte first. */
function binaryChannels(bytes: Uint8Array, packing: Packing): Result<Channels> {
  const { bitsPerSample, isSigned, channelCount } = packing;
  const width = bitsPerSample / 8;
  if (![1, 2, 3, 4].includes(width)) {
    return refuse('encoding-unknown', 'the samples have a number of bits that is not read here');
  }
  const count = countOf(bytes.length / width, packing);
  if (!count.ok) return count;
  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const fits = width === 2 && isSigned;
    const samples = fits ? new Int16Array(count.value) : new Float64Array(count.value);
    let at = channel * count.value * width;
    for (let i = 0; i < count.value; i += 1, at += width) {
      let value = 0;
      for (let k = width - 1; k >= 0; k -= 1) value = value * 256 + (bytes[at + k] as number);
      const isNegative = isSigned && value >= 2 ** (bitsPerSample - 1);
      samples[i] = isNegative ? value - 2 ** bitsPerSample : value;
    }
    return samples;
  });
  return ok(channels);
}

/** Samples a channel, when so many stand there in all; channels beyond the named are passed over. */
function countOf(total: number, { channelCount, sampleCount }: Packing): Result<number> {
  const count = sampleCount ?? total / channelCount;
  if (Number.isInteger(count) && count * channelCount <= total && total % count === 0) {
    return ok(count);
  }
  return refuse('sample-count-differs', 'there are not as many samples as the file declares');
}

const SPACE = 0x20;
const SEPARATORS = new Set([0x09, 0x0a, 0x0d, 0x2c]);

/** Numbers in words, with any blanks or commas between them. */
function plainChannels({ bytes, start, end }: ByteRange, packing: Packing): Result<Channels> {
  const text = bytes.slice(start, end);
  for (let i = 0; i < text.length; i += 1) {
    if (SEPARATORS.has(text[i] as number)) text[i] = SPACE;
  }
  const numbers = scanNumbers(text, 0, text.length, PLAIN);
  if (!numbers.ok) return numbers;
  const count = countOf(numbers.value.length, packing);
  if (!count.ok) return count;
  return ok(
    Array.from({ length: packing.channelCount }, (_, channel) =>
      numbers.value.subarray(channel * count.value, (channel + 1) * count.value),
    ),
  );
}

const PLAIN = { separator: SPACE, exponent: 0, gapsAllowed: true, symbols: new Map() };

function decodeHex({ bytes, start, end }: ByteRange): Uint8Array | null {
  const out = new Uint8Array((end - start) >> 1);
  let digits = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === SPACE || SEPARATORS.has(byte)) continue;
    const digit = parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) return null;
    out[digits >> 1] = ((out[digits >> 1] as number) << 4) | digit;
    digits += 1;
  }
  return digits % 2 === 0 ? out.subarray(0, digits / 2) : null;
}
