import type { Reading } from '../core/ecg/reading.js';
import { ok, refuse, type Failure, type Result } from '../core/failure.js';
import type { DecodeFile } from './format.js';

/** A file inside a message or a resource, its bytes not yet looked at. */
export interface Attachment {
  /** In the words of the format around it. */
  readonly location: string;
  bytes(): Result<Uint8Array>;
}

/** More files in one message are not looked at. */
export const ATTACHMENTS_MAX = 20;

export interface AttachedEcg {
  readonly reading: Reading;
  readonly location: string;
}

/**
 * The one ECG among the files of a message: a report beside it does no harm, a second ECG does,
 * for nobody says which is meant. Where none can be read, the failure of the one that came closest.
 */
export function oneEcgOf(
  attachments: readonly Attachment[],
  decodeFile: DecodeFile,
): Result<AttachedEcg> {
  let found: AttachedEcg | null = null;
  let closest: Failure | null = null;
  for (const attachment of attachments.slice(0, ATTACHMENTS_MAX)) {
    const { location } = attachment;
    const decoded = fileIn(attachment, decodeFile);
    if (!decoded.ok) {
      const { code, detail } = decoded.failure;
      if (closest === null || (closest.code === 'encoding-unknown' && code !== closest.code)) {
        closest = refuse(code, detail, { location }).failure;
      }
    } else if (found) {
      return refuse('lead-doubled', 'two files carry an ECG each', { location });
    } else {
      found = { reading: decoded.value, location };
    }
  }
  if (found) return ok(found);
  return closest ? { ok: false, failure: closest } : refuse('no-ecg', 'no file is attached');
}

function fileIn(attachment: Attachment, decodeFile: DecodeFile): Result<Reading> {
  const bytes = attachment.bytes();
  return bytes.ok ? decodeFile(bytes.value) : bytes;
}
