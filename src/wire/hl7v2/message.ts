import { ok, refuse, type Result } from '../../core/failure.js';
import { charsetOf, type Charset } from './charset.js';
import { bytesOf, isDelimiterSet, readHeader, startOf, type Header } from './header.js';
import { Segment } from './segment.js';
import type { Delimiters } from './text.js';
import { WrappedValue } from './wrapped.js';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export const MESSAGE_LIMITS = Object.freeze({
  segmentsMax: 20_000,
  controlIdMax: 256,
});

export const VERSIONS_TAKEN: ReadonlySet<string> = new Set([
  '2.3',
  '2.3.1',
  '2.4',
  '2.5',
  '2.5.1',
  '2.6',
  '2.7',
  '2.7.1',
  '2.8',
  '2.8.1',
  '2.8.2',
]);

/** A message whose fields are found when asked for: the long ones are never cut into strings. */
export interface Message {
  /** UTF-8 where the sender's character set hides delimiters, else the bytes as they came. */
  readonly bytes: Uint8Array;
  readonly header: Header;
  readonly delimiters: Delimiters;
  readonly charset: Charset;
  readonly segments: readonly Segment[];
}

/**
 * The header must be usable (delimiters, version, character set); what is behind it may be
 * anything. Segments end with a carriage return; a message that uses line feeds is read too.
 */
export function parseMessage(bytes: Uint8Array): Result<Message> {
  const header = readHeader(bytes);
  if (!header) return refuse('no-header', 'the message does not begin with a usable MSH segment');
  const delimiters = delimitersOf(header);
  if (!delimiters) {
    return refuse('message-malformed', 'MSH-2 does not name usable delimiters', {
      location: 'MSH[1].2',
    });
  }
  if (!VERSIONS_TAKEN.has(header.version)) {
    return refuse('version-unsupported', 'HL7 versions 2.3 to 2.8 are supported', {
      location: 'MSH[1].12',
    });
  }
  if (header.field(10).length > MESSAGE_LIMITS.controlIdMax) {
    return refuse('message-malformed', `MSH-10 exceeds ${MESSAGE_LIMITS.controlIdMax} bytes`, {
      location: 'MSH[1].10',
    });
  }
  const charset = charsetOf(header.component(18, 1));
  if (!charset) {
    return refuse('charset-unsupported', 'the character set of MSH-18 cannot be read', {
      location: 'MSH[1].18',
    });
  }
  return charset.hidesDelimiters
    ? messageOf(new TextEncoder().encode(charset.decode(bytes)), header, delimiters, UTF_8)
    : messageOf(bytes, header, delimiters, charset);
}

const UTF_8 = charsetOf('UNICODE UTF-8') as Charset;

function messageOf(
  bytes: Uint8Array,
  header: Header,
  delimiters: Delimiters,
  charset: Charset,
): Result<Message> {
  const segments: Segment[] = [];
  const context = { bytes, delimiters, charset };
  const ordinals = new Map<string, number>();
  let start = startOf(bytes, 'MSH');
  const lineEnd = lineEndOf(bytes, start);
  const until = contentEnd(bytes);
  const wrapped = new WrappedValue(bytes, delimiters);
  while (start < until) {
    const found = bytes.indexOf(lineEnd, start);
    const next = found < 0 ? until : Math.min(found, until);
    const end = trimmedEnd(bytes, start, next);
    const id = segmentId(bytes, start, end, delimiters.field);
    if (id !== null && !wrapped.goesOnWith(id, segments.at(-1), start)) {
      const ordinal = (ordinals.get(id) ?? 0) + 1;
      ordinals.set(id, ordinal);
      segments.push(new Segment(context, id, ordinal, start, end));
    } else if (end > start) {
      // A line end inside a value (wrapped base64, a note): the value goes on.
      segments.at(-1)?.extendTo(end);
    }
    if (segments.length > MESSAGE_LIMITS.segmentsMax) {
      return refuse('message-malformed', `more than ${MESSAGE_LIMITS.segmentsMax} segments`);
    }
    start = next + 1;
    if (bytes[start] === LINE_FEED && lineEnd === CARRIAGE_RETURN) start += 1;
  }
  return ok(Object.freeze({ bytes, header, delimiters, charset, segments }));
}

/** A message that was stored with its frame of the wire around it ends before the frame does. */
function contentEnd(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - FRAME_END_BYTES);
  const at = bytes.subarray(from).indexOf(FRAME_END);
  return at < 0 ? bytes.length : from + at;
}

const FRAME_END = 0x1c;
/** The sign itself, and line ends that an editor put behind it. */
const FRAME_END_BYTES = 4;

/** The first line end of a message tells which of the two its sender uses. */
function lineEndOf(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === CARRIAGE_RETURN) return CARRIAGE_RETURN;
    if (bytes[at] === LINE_FEED) return LINE_FEED;
  }
  return CARRIAGE_RETURN;
}

function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === CARRIAGE_RETURN || bytes[at - 1] === LINE_FEED)) at -= 1;
  return at;
}

/** Three capitals or digits, then a field separator or nothing. */
function segmentId(bytes: Uint8Array, start: number, end: number, field: number): string | null {
  if (end - start < 3 || (end - start > 3 && bytes[start + 3] !== field)) return null;
  let id = '';
  for (let at = start; at < start + 3; at += 1) {
    const byte = bytes[at] as number;
    const capital = byte >= 0x41 && byte <= 0x5a;
    const digit = byte >= 0x30 && byte <= 0x39;
    if (!capital && !(digit && at > start)) return null;
    id += String.fromCharCode(byte);
  }
  return id;
}

function delimitersOf(header: Header): Delimiters | null {
  const signs = bytesOf(`${header.field(1)}${header.field(2)}`);
  if (!isDelimiterSet(signs)) return null;
  const [field = -1, component = -1, repetition = -1, escape = -1, subcomponent = -1] = signs;
  return Object.freeze({ field, component, repetition, escape, subcomponent });
}
