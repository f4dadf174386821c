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
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['a GIF picture', [0x47, 0x49, 0x46, 0x38]],
  ['a TIFF picture', [0x49, 0x49, 0x2a, 0x00]],
  ['a TIFF picture', [0x4d, 0x4d, 0x00, 0x2a]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['an RTF text', [0x7b, 0x5c, 0x72, 0x74]],
];

/** A file that is known for what it is, though no ECG is read from it. */
function kindOf(bytes: Uint8Array): string | null {
  const found = KINDS.find(([, beginning]) => beginning.every((byte, i) => bytes[i] === byte));
  return found?.[0] ?? null;
}
