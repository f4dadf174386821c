import { silentLog } from '../core/log.js';
import { createPictureReader, type PictureReader } from '../pictures/reader.js';

const DAY_MS = 86_400_000;

/** On a command line nobody else is kept waiting: a folder of pictures takes as long as it takes. */
export function openPictures(): PictureReader {
  return createPictureReader({
    log: silentLog,
    limits: { waitMsMax: DAY_MS, waitingMax: Number.MAX_SAFE_INTEGER },
  });
}
