import { toBase64 } from '../../src/formats/base64.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { resummed } from '../../src/formats/scp/record.fixtures.js';
import { toScp } from '../../src/formats/scp/write.js';
import { sierraDocument, storedSteps, toXli } from '../../src/formats/sierra/document.fixtures.js';
import { carriers, files, type EcgFile } from '../support/ecg-files.js';
import { sampleReading } from '../support/reading.js';

/** A second or so of twelve leads: what breaks a decoder needs no more. */
export const SMALL = Object.freeze({ count: 120, sampleRateHz: 100 });

export function sierraOriginal(): EcgFile {
  const { count } = SMALL;
  const document = sierraDocument({
    attributes: 'compression="XLI" dataencoding="Base64" samplespersecond="100" resolution="5"',
    samples: toBase64(toXli(storedSteps().map((steps) => steps.slice(0, count)))),
    durationMs: (1000 * count) / SMALL.sampleRateHz,
  });
  return {
    name: 'Philips Sierra XML',
    bytes: new TextEncoder().encode(document),
    decode: (bytes) => decodeEcg(bytes),
  };
}

/** Behind its checksums, where nearly every mutation of an SCP-ECG record ends. */
function scpOriginal(): EcgFile {
  return {
    name: 'SCP-ECG, sums made right',
    bytes: toScp(sampleReading(SMALL), { compress: false }),
    decode: (bytes) => decodeEcg(mended(bytes)),
  };
}

function mended(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  try {
    return resummed(copy);
  } catch {
    return copy;
  }
}

/** Every format that is read, in its own name. */
export function originals(): EcgFile[] {
  return [...carriers(SMALL), ...files(SMALL), scpOriginal(), sierraOriginal()];
}
