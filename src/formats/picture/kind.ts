/** A file that shows an ECG on paper instead of holding its samples. */
export type PictureKind = 'png' | 'jpeg' | 'pdf';

export interface Picture {
  readonly kind: PictureKind;
  readonly bytes: Uint8Array;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const PDF = '%PDF-';
/** Some writers put a line of their own before the header; readers look this far for it. */
const PDF_HEADER_WITHIN_BYTES = 1024;

/** Told by the first bytes, whatever the file is called and whatever type was said of it. */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  if (PNG.every((byte, i) => bytes[i] === byte)) return 'png';
  if (JPEG.every((byte, i) => bytes[i] === byte)) return 'jpeg';
  const beginning = String.fromCharCode(...bytes.subarray(0, PDF_HEADER_WITHIN_BYTES));
  return beginning.includes(PDF) ? 'pdf' : null;
}
