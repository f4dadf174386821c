import type { Reading } from '../../core/ecg/reading.js';
import { toBase64 } from '../base64.js';
import { toHl7Time } from './time.js';
import { headSegments, STATUS, toMessage, type MessageEnvelope } from './write-head.js';
import { statementRows } from './write.js';

const KIND = { type: 'ORU^R01^ORU_R01', version: '2.5' };

/** A file as ED names it. */
export interface EnclosedFile {
  readonly bytes: Uint8Array;
  /** Table 0191: `Application`, `TEXT`, `multipart`. */
  readonly type?: string;
  /** Table 0291: `XML`, `octet-stream`. */
  readonly subtype?: string;
  readonly encoding?: 'Base64' | 'Hex';
}

/** A file around which the message says whose it is; the samples of the reading are not written. */
export function toOruEd(
  reading: Reading,
  envelope: MessageEnvelope,
  { bytes, type = 'Application', subtype = 'octet-stream', encoding = 'Base64' }: EnclosedFile,
): Uint8Array {
  const { acquired, status } = reading;
  const data = encoding === 'Base64' ? toBase64(bytes) : toHex(bytes);
  const value = ['', type, subtype, encoding, data].join('^');
  const time = acquired ? toHl7Time(acquired) : '';
  const rows = [
    `ED|11524-6^EKG study^LN|1|${value}||||||${STATUS[status][0]}|||${time}`,
    ...statementRows(reading),
  ];
  return toMessage(headSegments(reading, envelope, KIND), rows);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
