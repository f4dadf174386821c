import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';
import { unescapeBytes } from '../../wire/hl7v2/text.js';
import { ATTACHMENTS_MAX, oneEcgOf, type AttachedEcg, type Attachment } from '../attachments.js';
import { decodeBase64 } from '../base64.js';
import { readingOfFile } from '../envelope.js';
import type { DecodeFile } from '../format.js';
import { envelopeOf } from './envelope.js';
import type { Rows } from './rows.js';

export const ENCLOSED_FORMAT = 'hl7v2-ed';

/** A file in an OBX of type ED: source ^ type ^ subtype ^ encoding ^ data. */
export function decodeEnclosed(
  message: Message,
  rows: Rows,
  decodeFile: DecodeFile,
): Result<Reading> {
  const enclosed = rows.enclosed.slice(0, ATTACHMENTS_MAX);
  const found = oneEcgIn(message, enclosed, decodeFile);
  if (!found.ok) return found;
  const { reading, location } = found.value;
  const carrying = enclosed.filter((obx) => obx.place(5) === location);
  const envelope = envelopeOf(message, rows, carrying);
  return readingOfFile(envelope, ENCLOSED_FORMAT, reading, location);
}

/** Each row is a file; where none of them is, rows that count on may be the parts of one. */
function oneEcgIn(
  message: Message,
  enclosed: readonly Segment[],
  decodeFile: DecodeFile,
): Result<AttachedEcg> {
  const single = oneEcgOf(
    enclosed.flatMap((obx) => filesIn(message, obx)),
    decodeFile,
  );
  if (single.ok || single.failure.code === 'lead-doubled') return single;
  const runs = runsOf(enclosed).filter(({ length }) => length > 1);
  const whole = oneEcgOf(
    runs.map((run) => joined(message, run)),
    decodeFile,
  );
  return whole.ok ? whole : single;
}

function filesIn(message: Message, obx: Segment): Attachment[] {
  // Plain text may hold the sign of a repetition; base64 and hex cannot.
  const field = obx.field(5);
  const isText = encodingOf(field) === 'A';
  return (isText ? [field] : field.repetitions()).map((ed) => ({
    location: obx.place(5),
    bytes: () => decoded(encodingOf(ed), dataOf(message, ed)),
  }));
}

/** Rows of one OBX-3, type and encoding whose OBX-4 counts on by one. */
function runsOf(enclosed: readonly Segment[]): Segment[][] {
  const runs: Segment[][] = [];
  for (const obx of enclosed) {
    const before = runs.at(-1)?.at(-1);
    if (before && goesOn(before, obx)) runs.at(-1)?.push(obx);
    else runs.push([obx]);
  }
  return runs;
}

function goesOn(before: Segment, obx: Segment): boolean {
  const [one, two] = [before, obx].map((row) => /^(.*?)(\d{1,4})$/.exec(row.field(4).text()));
  if (!one || !two || one[1] !== two[1] || Number(two[2]) !== Number(one[2]) + 1) return false;
  const [kind, same] = [before, obx].map((row) => {
    const ed = row.field(5);
    return [row.field(3), ...[2, 3, 4].map((n) => ed.component(n))].map((part) => part.text());
  });
  return kind?.join('^') === same?.join('^');
}

/** Base64 cut at any place, or padded at the end of each part. */
function joined(message: Message, run: readonly Segment[]): Attachment {
  const [first] = run as readonly [Segment, ...Segment[]];
  const encoding = encodingOf(first.field(5));
  return {
    location: first.place(5),
    bytes: () => {
      const parts = run.map((obx) => dataOf(message, obx.field(5)));
      const isPadded = parts.slice(0, -1).some((part) => part.includes(PADDING));
      if (!isPadded) return decoded(encoding, concatenated(parts));
      const pieces: Uint8Array[] = [];
      for (const part of parts) {
        const piece = decoded(encoding, part);
        if (!piece.ok) return piece;
        pieces.push(piece.value);
      }
      return ok(concatenated(pieces));
    },
  };
}

const PADDING = 0x3d;

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

type Encoding = 'BASE64' | 'HEX' | 'A' | null;

/** Table 0299; a sender that names nothing has base64 practically always. */
function encodingOf(ed: Part): Encoding {
  const name = ed.component(4).text().toUpperCase();
  if (name === '') return 'BASE64';
  return name === 'BASE64' || name === 'HEX' || name === 'A' ? name : null;
}

/** The fifth component; in plain text, what stands behind it can only be more of the data. */
function dataOf({ bytes, delimiters }: Message, ed: Part): Uint8Array {
  const { start, end } = ed.component(5);
  const until = encodingOf(ed) === 'A' ? ed.end : end;
  return unescapeBytes(bytes.subarray(start, until), delimiters);
}

function decoded(encoding: Encoding, data: Uint8Array): Result<Uint8Array> {
  if (encoding === null) return refuse('encoding-unknown', 'ED is read as Base64, Hex or A');
  if (data.length === 0) return refuse('encoding-broken', 'ED carries no data');
  if (encoding === 'A') return ok(data);
  const bytes = encoding === 'HEX' ? decodeHex(data) : decodeBase64(data);
  if (bytes) return ok(bytes);
  const name = encoding === 'HEX' ? 'hexadecimal' : 'base64';
  return refuse('encoding-broken', `the data is not ${name}`);
}

/** Two digits a byte, line ends and blanks passed over; null where it is none. */
function decodeHex(data: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(data.length >> 1);
  let digits = 0;
  for (const sign of data) {
    if (sign === 0x20 || sign === 0x09 || sign === 0x0a || sign === 0x0d) continue;
    const digit = Number.parseInt(String.fromCharCode(sign), 16);
    if (Number.isNaN(digit)) return null;
    const at = digits >> 1;
    bytes[at] = ((bytes[at] as number) << 4) | digit;
    digits += 1;
  }
  return digits % 2 === 0 ? bytes.subarray(0, digits >> 1) : null;
}
