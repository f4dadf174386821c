/**
 * A message as a person reads it: HL7 a segment a line, JSON and XML indented. What is long (a waveform,
 * an enclosed file) is cut and says how long it was. Nothing is interpreted, so nothing can mislead.
 */
export const DECODED_BYTES_MAX = 1_048_576;
export const LINES_MAX = 2_000;
export const PIECE_CHARACTERS_MAX = 120;
const LINE_CHARACTERS_MAX = 2_000;

export function decodedLines(bytes: Uint8Array): readonly string[] {
  const cut = bytes.length > DECODED_BYTES_MAX;
  const text = textOf(bytes.subarray(0, DECODED_BYTES_MAX));
  const lines = text === null ? [`${bytes.length} bytes that are no text`] : linesOf(text);
  const shown = lines.slice(0, LINES_MAX).map((line) => shortened(line, LINE_CHARACTERS_MAX));
  const more = lines.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`… and ${more} more lines`] : []),
    ...(cut && text !== null ? [`… of ${bytes.length} bytes in all`] : []),
  ];
}

/** UTF-8 where it is that, else one character a byte; null where it is no text at all. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.subarray(0, 1_024).includes(0)) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const utf8 = buffer.toString('utf8');
  return utf8.includes('\uFFFD') ? buffer.toString('latin1') : utf8;
}

function linesOf(text: string): readonly string[] {
  const begin = text.trimStart();
  if (/^(?:FHS|BHS|MSH)./.test(begin)) return segmentLines(text);
  if (begin.startsWith('{') || begin.startsWith('[')) return jsonLines(text) ?? plainLines(text);
  return begin.startsWith('<') ? elementLines(begin) : plainLines(text);
}

function segmentLines(text: string): readonly string[] {
  const segments = text.split(/\r\n?|\n/).filter((line) => line !== '');
  return segments.map((segment) =>
    segment
      .split('|')
      .map((field) => shortened(field, PIECE_CHARACTERS_MAX))
      .join('|'),
  );
}

/** Null where it is cut or broken: then it is shown as it came. */
function jsonLines(text: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const short = (_: string, inner: unknown): unknown =>
      typeof inner === 'string' ? shortened(inner, PIECE_CHARACTERS_MAX) : inner;
    return JSON.stringify(value, short, 2).split('\n');
  } catch {
    return null;
  }
}

const DEPTH_MAX = 40;

/** By its brackets alone: a fragment and a broken document are shown as well as a whole one. */
function elementLines(text: string): readonly string[] {
  const lines: string[] = [];
  let depth = 0;
  for (const piece of text.split(/(<[^>]*>)/)) {
    const trimmed = piece.trim();
    if (trimmed === '') continue;
    const closes = trimmed.startsWith('</');
    if (closes) depth = Math.max(0, depth - 1);
    const indent = '  '.repeat(Math.min(depth, DEPTH_MAX));
    lines.push(indent + shortened(trimmed.replace(/\s+/g, ' '), PIECE_CHARACTERS_MAX));
    const opens = trimmed.startsWith('<') && !closes && !/^<[?!]|\/>$/.test(trimmed);
    if (opens) depth += 1;
    if (lines.length > LINES_MAX) break;
  }
  return lines;
}

function plainLines(text: string): readonly string[] {
  return text.split(/\r\n?|\n/);
}

function shortened(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax)}… (${text.length} characters)`;
}
