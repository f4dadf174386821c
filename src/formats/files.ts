import type { Reading } from '../core/ecg/reading.js';
import type { Result } from '../core/failure.js';
import { AECG } from './aecg/aecg.js';
import { CARDIOSOFT_XML } from './cardiosoft/cardiosoft.js';
import { DICOM_ECG } from './dicom/decode.js';
import type { DecodeHints, FileFormat } from './format.js';
import { refuseUnknown } from './kinds.js';
import { MUSE_XML } from './muse/muse.js';
import { PICTURE } from './picture/picture.js';
import { SCP_ECG } from './scp/decode.js';
import { SIERRA } from './sierra/decode.js';
import { WFDB } from './wfdb/decode.js';

/** Every format in which an ECG is a file of its own. The first that knows the bytes reads them. */
export const FILE_FORMATS: readonly FileFormat[] = [
  AECG,
  SIERRA,
  DICOM_ECG,
  WFDB,
  SCP_ECG,
  MUSE_XML,
  CARDIOSOFT_XML,
  PICTURE,
];

export function decodeFile(bytes: Uint8Array, hints: DecodeHints = {}): Result<Reading> {
  const format = FILE_FORMATS.find((one) => one.recognises(bytes));
  return format ? format.decode(bytes, hints) : refuseUnknown(bytes);
}
