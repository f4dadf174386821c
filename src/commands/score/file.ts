import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { withPatient } from '../../core/ecg/ecg.js';
import { ageAtAcquisition, type Reading } from '../../core/ecg/reading.js';
import { resolveAcquisition } from '../../core/ecg/time.js';
import { refuse, type Result } from '../../core/failure.js';
import type { Decode } from '../../decoder.js';
import type { ScoreOptions } from './options.js';

/** Above the largest picture of an ECG and every recording of ten minutes. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** The ECG of one file, with what the caller knows better about the patient. */
export async function readEcgFile(
  path: string,
  decode: Decode,
  { ageYears, sex }: Pick<ScoreOptions, 'ageYears' | 'sex'>,
  nowMs: number,
): Promise<Result<Reading>> {
  const decoded = await decodeAt(path, decode);
  if (!decoded.ok) return decoded;
  const reading = decoded.value;
  const { instantMs } = resolveAcquisition(reading.acquired, null, nowMs);
  return {
    ok: true,
    value: {
      ...reading,
      ecg: withPatient(reading.ecg, {
        ageYears: ageYears ?? ageAtAcquisition(reading, instantMs ?? nowMs),
        sex: sex ?? reading.ecg.patient.sex,
      }),
    },
  };
}

async function decodeAt(path: string, decode: Decode): Promise<Result<Reading>> {
  const bytes = readBytes(path);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return refuse('no-ecg', 'the file is empty');
  const sibling = (name: string): Uint8Array | null => {
    const found = readBytes(join(dirname(path), name));
    return found.ok ? found.value : null;
  };
  const decoded = await decode(bytes.value, { sibling });
  if (decoded.ok || decoded.failure.code !== 'encoding-unknown') return decoded;
  // The samples of a WFDB record were named: its header, which says what they are, lies beside them.
  const header = `${path.slice(0, path.length - extname(path).length)}${HEADER}`;
  return header !== path && existsSync(header) ? decodeAt(header, decode) : decoded;
}

const HEADER = '.hea';

function readBytes(path: string): Result<Uint8Array> {
  try {
    const found = statSync(path);
    // A device may have no end.
    if (!found.isFile() && !found.isFIFO()) return refuse('request-invalid', 'this is no file');
    if (found.size > FILE_BYTES_MAX) {
      return refuse('message-too-large', `the file is larger than ${FILE_BYTES_MAX} bytes`);
    }
    return { ok: true, value: readFileSync(path) };
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return refuse('request-invalid', `the file cannot be read (${code})`);
  }
}
