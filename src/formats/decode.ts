import type { Reading } from '../core/ecg/reading.js';
import { refuse, type Result } from '../core/failure.js';
import { unbatch } from '../wire/hl7v2/batch.js';
import { parseMessage } from '../wire/hl7v2/message.js';
import { parseBody } from './fhir/body.js';
import { decodeResource } from './fhir/resource.js';
import { decodeFile } from './files.js';
import type { DecodeFile, DecodeHints } from './format.js';
import { decodeOru } from './hl7v2/oru.js';
import { sniffCarrier } from './sniff.js';

/** The ECG in some bytes, in whatever format they are: a reading or the reason there is none. */
export function decodeEcg(bytes: Uint8Array, hints: DecodeHints = {}): Result<Reading> {
  switch (sniffCarrier(bytes)) {
    case 'hl7v2':
      return decodeHl7(bytes, hints);
    case 'fhir-json': {
      const body = parseBody(bytes);
      return body.ok ? decodeResource(body.value, hints, enclosedFile(hints)) : body;
    }
    case null:
      return decodeFile(bytes, hints);
  }
}

/** A file inside a message has no files beside it. */
export function enclosedFile({ readPicture }: DecodeHints): DecodeFile {
  return (file) => decodeFile(file, readPicture ? { readPicture } : {});
}

/** One message, alone or in a batch. */
function decodeHl7(bytes: Uint8Array, hints: DecodeHints): Result<Reading> {
  const found = unbatch(bytes);
  const messages = found.kind === 'batch' ? found.messages : [bytes];
  const [only = bytes] = messages;
  if (found.kind === 'too-many' || messages.length > 1 || hasSecondFrame(only)) return refuseMany();
  const message = parseMessage(only);
  if (!message.ok) return message;
  const heads = message.value.segments.filter(({ id }) => id === 'MSH');
  return heads.length > 1 ? refuseMany() : decodeOru(message.value, enclosedFile(hints));
}

/** Rows of two messages must never meet in one ECG. */
function refuseMany(): Result<Reading> {
  return refuse(
    'message-malformed',
    'several HL7 messages in one file: each needs a file of its own',
  );
}

const FRAME_START = 0x0b;

/** A second frame of the wire, whose first line is then no line of its own. */
function hasSecondFrame(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(FRAME_START, 1); at >= 0; at = bytes.indexOf(FRAME_START, at + 1)) {
    if (String.fromCharCode(...bytes.subarray(at + 1, at + 4)) === 'MSH' && at > 3) return true;
  }
  return false;
}
