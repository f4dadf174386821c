import { refuse, type Result } from '../../core/failure.js';
import { PICTURE_LIMITS } from './limits.js';
import { boundedSize, cutShort, type PictureSize } from './size.js';

const MARK = 0xff;
const SOS = 0xda;
const EOI = 0xd9;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
/** Baseline, extended and progressive; the others are lossless or arithmetic. */
const FRAMES_READ: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** The size that a JPEG says it has, once it is known to be whole to its end. */
export function checkJpeg(bytes: Uint8Array): Result<PictureSize> {
  let size: Result<PictureSize> | null = null;
  let scans = 0;
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== MARK) return cutShort('JPEG');
    const marker = bytes[at + 1] as number;
    // Marks may be padded with any number of themselves.
    if (marker === MARK) {
      at += 1;
      continue;
    }
    if (marker === EOI) return size ?? cutShort('JPEG');
    const length = at + 3 < bytes.length ? wordAt(bytes, at + 2) : 0;
    if (length < 2 || at + 2 + length > bytes.length) return cutShort('JPEG');
    if (isFrame(marker)) {
      const found = frameSize(bytes, at, marker, length);
      if (!found.ok) return found;
      size = found;
    }
    at += 2 + length;
    if (marker === SOS) {
      scans += 1;
      if (size === null) return cutShort('JPEG');
      if (scans > PICTURE_LIMITS.jpegScansMax) {
        const detail = `more than ${PICTURE_LIMITS.jpegScansMax} passes in one JPEG are not read`;
        return refuse('picture-too-large', detail);
      }
      at = endOfScan(bytes, at);
    }
  }
  return cutShort('JPEG');
}

function isFrame(marker: number): boolean {
  return (marker & 0xf0) === 0xc0 && marker !== DHT && marker !== JPG && marker !== DAC;
}

function frameSize(
  bytes: Uint8Array,
  at: number,
  marker: number,
  length: number,
): Result<PictureSize> {
  if (!FRAMES_READ.has(marker)) {
    return refuse('encoding-unknown', 'this kind of JPEG is not read: save it as ordinary JPEG');
  }
  if (length < 8) return cutShort('JPEG');
  return boundedSize(wordAt(bytes, at + 7), wordAt(bytes, at + 5));
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** In packed data a mark is followed by a zero, or by the number of a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(MARK, from); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7) || next === MARK;
    if (!isData) return at;
  }
  return bytes.length;
}
