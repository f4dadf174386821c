import { refuse, type Result } from '../../core/failure.js';
import { boundedSize, cutShort, type PictureSize } from './size.js';

const SIGNATURE_BYTES = 8;
/** Length, name and check sum of a chunk. */
const AROUND_CHUNK_BYTES = 12;
const HEADER_BYTES = 13;

/** The size that a PNG says it has, once it is known to be whole. */
export function checkPng(bytes: Uint8Array): Result<PictureSize> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let size: Result<PictureSize> | null = null;
  for (let at = SIGNATURE_BYTES; at + AROUND_CHUNK_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + AROUND_CHUNK_BYTES + length;
    if (end > bytes.length) return cutShort('PNG');
    if (size === null) {
      if (name !== 'IHDR' || length !== HEADER_BYTES) return cutShort('PNG');
      size = boundedSize(view.getUint32(at + 8), view.getUint32(at + 12));
      if (!size.ok) return size;
    }
    if (name === 'acTL') {
      return refuse('encoding-unknown', 'an ECG is not read from an animated picture');
    }
    if (name === 'IEND') return size;
    at = end;
  }
  return cutShort('PNG');
}
