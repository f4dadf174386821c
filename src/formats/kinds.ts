import { refuse, type Result } from '../core/failure.js';

/** The refusal of bytes that no format knows, by the name of what they are where that is known. */
export function refuseUnknown(bytes: Uint8Array): Result<never> {
  const kind = kindOf(bytes);
  const why = kind
    ? `an ECG is not read from ${kind}`
    : 'the bytes are in no format that is read here';
  return refuse('encoding-unknown', why);
}

const KINDS: readonly (readonly [kind: string, beginning: readonly number[]])[] = [
  ['a PNG picture that is damaged', [0x89, 0x50, 0x4e, 0x47]],
  ['a GIF picture', [0x47, 0x49, 0x46, 0x38]],
  ['a TIFF picture', [0x49, 0x49, 0x2a, 0x00]],
  ['a TIFF picture', [0x4d, 0x4d, 0x00, 0x2a]],
  ['a BMP picture', [0x42, 0x4d]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['an RTF text', [0x7b, 0x5c, 0x72, 0x74]],
];

/** A file that is known for what it is, though no ECG is read from it. */
function kindOf(bytes: Uint8Array): string | null {
  const found = KINDS.find(([, beginning]) => beginning.every((byte, i) => bytes[i] === byte));
  return found?.[0] ?? boxedKindOf(bytes);
}

/** Pictures whose name stands behind a length: what phones write, and the web's. */
function boxedKindOf(bytes: Uint8Array): string | null {
  const name = String.fromCharCode(...bytes.subarray(4, 12));
  if (/^ftyp(heic|heix|hevc|mif1|msf1|heim|heis)$/.test(name)) {
    return 'a HEIC photo: set the camera to JPEG, on some phones called "most compatible"';
  }
  if (/^ftyp(avif|avis)$/.test(name)) return 'an AVIF picture';
  const riff = String.fromCharCode(...bytes.subarray(0, 4), ...bytes.subarray(8, 12));
  return riff === 'RIFFWEBP' ? 'a WebP picture' : null;
}
