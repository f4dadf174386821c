import type { Reading } from '../../core/ecg/reading.js';
import { refuse, type Result } from '../../core/failure.js';
import type { ReadPicture } from '../format.js';
import type { Picture } from './kind.js';

/** Reads one picture somewhere else. Rejects with a transient failure where it cannot be tried now. */
export type AskPicture = (picture: Picture) => Promise<Result<Reading>>;

/** Pictures of one message that are read; each takes a second or so. */
export const PICTURES_READ_MAX = 4;

/**
 * Decodes what may hold pictures. Decoders answer at once and pictures do not, so what holds any is
 * decoded twice: once to see whether an ECG stands beside them, which then is the one that counts,
 * and only if none does once more with the pictures read.
 */
export async function withPictures(
  decode: (readPicture: ReadPicture) => Result<Reading>,
  ask: AskPicture,
): Promise<Result<Reading>> {
  const met: Picture[] = [];
  const first = decode((picture) => {
    met.push(picture);
    return refuse('no-ecg', 'a picture that has not been read');
  });
  if (first.ok || met.length === 0) return first;
  const read: Result<Reading>[] = [];
  for (const picture of met.slice(0, PICTURES_READ_MAX)) read.push(await ask(picture));
  let next = 0;
  return decode(() => {
    const result = read[next];
    next += 1;
    return result ?? refuse('picture-too-many', `at most ${PICTURES_READ_MAX} pictures are read`);
  });
}
