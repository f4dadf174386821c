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
  if (!bytes.ok) return bytes;
  const decoded = decodeFile(bytes.value);
  if (decoded.ok || decoded.failure.code !== 'encoding-unknown') return decoded;
  const kind = kindOf(bytes.value);
  return kind ? refuse('encoding-unknown', `an ECG is not read from ${kind}`) : decoded;
}

const KINDS: readonly (readonly [kind: string, beginning: readonly number[]])[] = [
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['a GIF picture', [0x47, 0x49, 0x46, 0x38]],
  ['a TIFF picture', [0x49, 0x49, 0x2a, 0x00]],
  ['a TIFF picture', [0x4d, 0x4d, 0x00, 0x2a]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['an RTF text', [0x7b, 0x5c, 0x72, 0x74]],
];

/** A file that is known for what it is, though no ECG is read from it. */
function kindOf(bytes: Uint8Array): string | null {
  const found = KINDS.find(([, beginning]) => beginning.every((byte, i) => bytes[i] === byte));
  return found?.[0] ?? null;
}
