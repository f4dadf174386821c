import { toBase64 } from '../../src/formats/base64.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { sierraDocument, storedSteps, toXli } from '../../src/formats/sierra/document.fixtures.js';
import { carriers, files, type EcgFile } from '../support/ecg-files.js';

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

/** Every format that is read, in its own name. */
export function originals(): EcgFile[] {
  return [...carriers(SMALL), ...files(SMALL), sierraOriginal()];
}
