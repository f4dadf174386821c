import type { Config } from './config.js';
import type { Reading } from './core/ecg/reading.js';
import type { Result } from './core/failure.js';
import { decodeEcg } from './formats/decode.js';
import type { DecodeHints } from './formats/format.js';
import { withPictures, type AskPicture } from './formats/picture/ask.js';

/** The ECG in bytes of any kind, pictures included. Rejects only where it cannot be tried now. */
export type Decode = (bytes: Uint8Array, hints?: DecodeHints) => Promise<Result<Reading>>;

export function createDecoder(ask: AskPicture): Decode {
  return (bytes, hints = {}) =>
    withPictures((readPicture) => decodeEcg(bytes, { ...hints, readPicture }), ask);
}

/** A relative reference in a resource is one of the EHR that we are configured for. */
export function decoderFor(
  config: Config,
  ask: AskPicture,
): (bytes: Uint8Array) => Promise<Result<Reading>> {
  const decode = createDecoder(ask);
  return (bytes) => decode(bytes, hintsOf(config));
}

export function hintsOf({ fhirBaseUrl }: Config): DecodeHints {
  return fhirBaseUrl === null ? {} : { serverBaseUrl: fhirBaseUrl };
}
