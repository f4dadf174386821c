const INVALID = 255;
const SKIPPED = 254;
const PADDING = 253;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const VALUES = new Uint8Array(256).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i += 1) VALUES[ALPHABET.charCodeAt(i)] = i;
// The alphabet for addresses; some senders use it everywhere.
VALUES[0x2d] = 62;
VALUES[0x5f] = 63;
VALUES[0x3d] = PADDING;
for (const blank of [0x09, 0x0a, 0x0d, 0x20]) VALUES[blank] = SKIPPED;

/**
 * Base64 in a stretch of bytes, line ends and blanks inside it passed over; null where it is none.
 * Decoded in place of a string, since the text of an ECG is hundreds of kilobytes.
 */
export function decodeBase64(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): Uint8Array<ArrayBuffer> | null {
  const out = new Uint8Array(Math.floor(((end - start) * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let held = 0;
  let at = start;
  for (; at < end; at += 1) {
    const value = VALUES[bytes[at] as number] as number;
    if (value === SKIPPED) continue;
    if (value >= PADDING) break;
    held = (held << 6) | value;
    bits += 6;
    if (bits === 24) {
      out[length] = held >> 16;
      out[length + 1] = (held >> 8) & 255;
      out[length + 2] = held & 255;
      length += 3;
      bits = 0;
      held = 0;
    }
  }
  if (bits === 6 || !onlyPadding(bytes, at, end)) return null;
  if (bits === 12) {
    out[length] = held >> 4;
    length += 1;
  } else if (bits === 18) {
    out[length] = held >> 10;
    out[length + 1] = (held >> 2) & 255;
    length += 2;
  }
  return out.subarray(0, length);
}

/** Nothing but blanks and at most two signs of padding may stand behind the last digit. */
function onlyPadding(bytes: Uint8Array, from: number, end: number): boolean {
  let padding = 0;
  for (let at = from; at < end; at += 1) {
    const value = VALUES[bytes[at] as number] as number;
    if (value === PADDING) padding += 1;
    else if (value !== SKIPPED) return false;
  }
  return padding <= 2;
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1], bytes[i + 2]];
    text += sign(a >> 2) + sign(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : sign(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : sign(c & 63);
  }
  return text;
}

function sign(value: number): string {
  return ALPHABET[value] as string;
}
