import type { Reading } from '../core/ecg/reading.js';
import type { Result } from '../core/failure.js';
import { parseMessage } from '../wire/hl7v2/message.js';
import { parseBody } from './fhir/body.js';
import { decodeResource } from './fhir/resource.js';
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
    case 'fhir-json': {
      const body = parseBody(bytes);
      return body.ok ? decodeResource(body.value, hints, (file) => decodeFile(file)) : body;
    }
    case null:
      return decodeFile(bytes, hints);
  }
}
