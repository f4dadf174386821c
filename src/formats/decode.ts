import type { Reading } from '../core/ecg/reading.js';
import { refuse, type Result } from '../core/failure.js';
import { parseMessage } from '../wire/hl7v2/message.js';
import { decodeObservation } from './fhir/observation.js';
import { decodeFile } from './files.js';
import type { DecodeHints } from './format.js';
import { decodeOru } from './hl7v2/oru.js';
import { sniffCarrier } from './sniff.js';

/** The ECG in some bytes, in whatever format they are: a reading or the reason there is none. */
export function decodeEcg(bytes: Uint8Array, hints: DecodeHints = {}): Result<Reading> {
  switch (sniffCarrier(bytes)) {
    case 'hl7v2': {
      const message = parseMessage(bytes);
      return message.ok ? decodeOru(message.value, (file) => decodeFile(file)) : message;
    }
    case 'fhir-json':
      return decodeFhirJson(bytes, hints);
    case null:
      return decodeFile(bytes, hints);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeFhirJson(bytes: Uint8Array, hints: DecodeHints): Result<Reading> {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(bytes));
  } catch {
    return refuse('encoding-broken', 'the body is not JSON in UTF-8');
  }
  return decodeObservation(json, hints);
}
