import type { Random } from '../../src/sandbox/random.js';

/** Signs that mean something to a framer or a parser hit harder than random bytes. */
const TELLING = Buffer.from('\x0b\x1c\r\n|^~\\&-.0E"\0\xff', 'latin1');
const EDITS_MAX = 12;
const DOUBLED_BYTES_MAX = 4096;

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const pick = (random: Random, size: number): number => Math.floor(random.between(0, size));

const flipped: Mutation = (bytes, random) => {
  const edits = 1 + pick(random, EDITS_MAX);
  for (let i = 0; i < edits && bytes.length > 0; i += 1) {
    bytes[pick(random, bytes.length)] = pick(random, 256);
  }
  return bytes;
};

const punctuated: Mutation = (bytes, random) => {
  const edits = 1 + pick(random, EDITS_MAX);
  for (let i = 0; i < edits && bytes.length > 0; i += 1) {
    bytes[pick(random, bytes.length)] = TELLING[pick(random, TELLING.length)] ?? 0;
  }
  return bytes;
};

const cut: Mutation = (bytes, random) => bytes.subarray(0, pick(random, bytes.length + 1));

const beheaded: Mutation = (bytes, random) => bytes.subarray(pick(random, 200));

const withoutPart: Mutation = (bytes, random) => {
  const from = pick(random, bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + pick(random, 500))]);
};

const doubledPart: Mutation = (bytes, random) => {
  const from = pick(random, bytes.length + 1);
  const part = bytes.subarray(from, from + pick(random, DOUBLED_BYTES_MAX));
  return Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from)]);
};

/** Segments in another order, some twice: what a broken interface engine makes of a message. */
const shuffled: Mutation = (bytes, random) => {
  const segments = bytes.toString('latin1').split('\r');
  for (let i = 0; i < 4; i += 1) {
    const [moved = ''] = segments.splice(1 + pick(random, segments.length), 1);
    segments.splice(1 + pick(random, segments.length), 0, moved);
  }
  return Buffer.from(segments.join('\r'), 'latin1');
};

/** What a bound or a size is tried with. */
const TELLING_NUMBERS = [
  '0',
  '-1',
  '1',
  '65536',
  '2147483648',
  '999999999999',
  '1e9',
  '0.001',
  'x',
];
const NUMBER_LOOKED_FOR_BYTES = 400;

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** One number that is written in digits becomes another: a rate, a count, an offset. */
export const renumbered: Mutation = (bytes, random) => {
  let start = pick(random, bytes.length + 1);
  const until = Math.min(bytes.length, start + NUMBER_LOOKED_FOR_BYTES);
  while (start < until && !isDigit(bytes[start])) start += 1;
  let end = start;
  while (end < bytes.length && isDigit(bytes[end])) end += 1;
  if (end === start) return bytes;
  const number = TELLING_NUMBERS[pick(random, TELLING_NUMBERS.length)] ?? '0';
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(number), bytes.subarray(end)]);
};

/** A tag, or a tag with its text, taken away or moved: what a broken mapping makes of a document. */
export const retagged: Mutation = (bytes, random) => {
  const parts = bytes.toString('latin1').split(/(?=<)/);
  for (let i = 0; i < 1 + pick(random, 3); i += 1) {
    const [moved = ''] = parts.splice(pick(random, parts.length), 1 + pick(random, 2));
    if (random.next() < 0.5) parts.splice(pick(random, parts.length + 1), 0, moved);
  }
  return Buffer.from(parts.join(''), 'latin1');
};

const untouched: Mutation = (bytes) => bytes;

const MUTATIONS: readonly Mutation[] = [
  flipped,
  punctuated,
  cut,
  beheaded,
  withoutPart,
  doubledPart,
  shuffled,
  untouched,
];

/** One or two of the ways in which a message goes wrong. */
export function mutated(original: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let i = 0; i < 1 + pick(random, 2); i += 1) {
    const mutate = MUTATIONS[pick(random, MUTATIONS.length)] ?? untouched;
    bytes = mutate(bytes, random);
  }
  return bytes;
}

/** A frame, most of the time. */
export function misframed(message: Buffer, random: Random): Buffer {
  const start = Buffer.from('\x0b');
  const end = Buffer.from('\x1c\r');
  switch (pick(random, 8)) {
    case 0:
      return Buffer.concat([start, message]);
    case 1:
      return Buffer.concat([message, end]);
    case 2:
      return Buffer.concat([start, message, Buffer.from('\x1c')]);
    case 3:
      return Buffer.concat([Buffer.from('noise\r\n'), start, start, message, end, end]);
    default:
      return Buffer.concat([start, message, end]);
  }
}
