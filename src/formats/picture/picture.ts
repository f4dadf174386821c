import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { DecodeHints, FileFormat } from '../format.js';
import { checkJpeg } from './jpeg.js';
import { pictureKind, type Picture } from './kind.js';
import { PICTURE_LIMITS } from './limits.js';
import { checkPng } from './png.js';

export const PICTURE_FORMAT = 'picture';

/**
 * The page of a paper ECG. What its first bytes say is checked here; unpacking and reading it takes
 * a second of a processor and is done elsewhere, by whoever the hints name.
 */
export const PICTURE: FileFormat = {
  name: PICTURE_FORMAT,
  recognises: (bytes) => pictureKind(bytes) !== null,
  decode: decodePicture,
};

function decodePicture(bytes: Uint8Array, { readPicture }: DecodeHints): Result<Reading> {
  const kind = pictureKind(bytes);
  if (kind === null) return refuse('encoding-unknown', 'this is no picture');
  const checked = checkPicture({ kind, bytes });
  if (!checked.ok) return checked;
  if (!readPicture) return refuse('encoding-unknown', 'pictures are not read here');
  return readPicture({ kind, bytes });
}

/** Whether a picture is whole and within the bounds, as far as that can be told from outside. */
export function checkPicture({ kind, bytes }: Picture): Result<null> {
  const { bytesMax } = PICTURE_LIMITS;
  if (bytes.length > bytesMax) {
    return refuse('picture-too-large', `a picture may have ${bytesMax} bytes at most`);
  }
  if (kind === 'pdf') return ok(null);
  const size = kind === 'png' ? checkPng(bytes) : checkJpeg(bytes);
  return size.ok ? ok(null) : size;
}
