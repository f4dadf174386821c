import { ok, refuse, type Result } from '../../core/failure.js';

const CODE_BITS = 10;
const FIRST_FREE_CODE = 256;
/** Codes up to 1022 stand for strings; the last one ends the text. */
const END_CODE = (1 << CODE_BITS) - 1;

/**
 * LZW with codes of ten bits, the highest bit first, and a dictionary that stays as it is once it
 * is full. A string of the dictionary is always a stretch of what was written before, so it is kept
 * as a place and a length: nothing is copied but the text itself, and no text can pass `out`.
 */
export function decodeLzw(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
): Result<number> {
  const places = new Uint32Array(END_CODE);
  const lengths = new Uint32Array(END_CODE);
  let free = FIRST_FREE_CODE;
  let written = 0;
  let previousPlace = 0;
  let previousLength = 0;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end; at += 1) {
    held = ((held << 8) | (bytes[at] as number)) & 0xfffff;
    bits += 8;
    if (bits < CODE_BITS) continue;
    bits -= CODE_BITS;
    const code = (held >> bits) & END_CODE;
    if (code === END_CODE) break;
    // A new string is the previous one and the first sign of this one, which may be the same.
    if (previousLength > 0 && free < END_CODE) {
      places[free] = previousPlace;
      lengths[free] = previousLength + 1;
      free += 1;
    }
    if (code >= free) return refuse('encoding-broken', 'LZW: a code before its string is known');
    const length = code < FIRST_FREE_CODE ? 1 : (lengths[code] as number);
    if (written + length > out.length) {
      return refuse('sample-count-differs', 'LZW: more samples than the file declares');
    }
    previousPlace = written;
    previousLength = length;
    if (code < FIRST_FREE_CODE) {
      out[written] = code;
    } else {
      const place = places[code] as number;
      for (let i = 0; i < length; i += 1) out[written + i] = out[place + i] as number;
    }
    written += length;
  }
  return ok(written);
}
