import { failureOf } from '../core/failure.js';
import type { PictureAnswer, PictureFound, PictureRequest } from './messages.js';
import { readPicture } from './read-picture.js';

/**
 * The process that unpacks and reads pictures, one at a time. Decoders of pictures are native code and
 * are given bytes of anybody: what they do wrong ends this process and nothing else.
 */
process.on('message', ({ number, kind, bytes }: PictureRequest) => {
  void readPicture({ kind, bytes })
    .catch(unforeseen)
    .then((found) => {
      const answer: PictureAnswer = { ...found, number };
      process.send?.(answer);
    });
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

function unforeseen(error: unknown): PictureFound {
  return { found: false, code: 'picture-broken', detail: failureOf(error).detail };
}
