import type { Reading } from '../../core/ecg/reading.js';
import { toBase64 } from '../../formats/base64.js';
import { toOru, type OruEnvelope } from '../../formats/hl7v2/write.js';

/** A file that is no ECG of ours to read, inside a message that says whose it is. */
export function toEdMessage(
  reading: Reading,
  envelope: OruEnvelope,
  file: Uint8Array,
  mediaType: string,
): Uint8Array {
  return withEnclosed(toOru(reading, envelope), toBase64(file), mediaType);
}

/** The header rows of a message with one OBX ED in the place of its waveforms. */
export function withEnclosed(message: Uint8Array, data: string, mediaType: string): Uint8Array {
  const [type = 'application', subtype = 'octet-stream'] = mediaType.split('/');
  const head = new TextDecoder()
    .decode(message)
    .split('\r')
    .filter((segment) => segment !== '' && !segment.startsWith('OBX'));
  const ed = `OBX|1|ED|11524-6^EKG study^LN||^${type}^${subtype}^Base64^${data}||||||F`;
  return new TextEncoder().encode([...head, ed].map((segment) => `${segment}\r`).join(''));
}
