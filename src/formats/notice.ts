import type { Notice } from '../core/ecg/notice.js';
import { parseMessage } from '../wire/hl7v2/message.js';
import { parseBody } from './fhir/body.js';
import { noticeInResource } from './fhir/notice.js';
import type { DecodeHints } from './format.js';
import { noticeInMessage } from './hl7v2/notice.js';
import { sniffCarrier } from './sniff.js';

/** What bytes that hold no ECG say about earlier ones, in whatever format they are. */
export function noticeIn(bytes: Uint8Array, hints: DecodeHints = {}): Notice | null {
  switch (sniffCarrier(bytes)) {
    case 'hl7v2': {
      const message = parseMessage(bytes);
      return message.ok ? noticeInMessage(message.value) : null;
    }
    case 'fhir-json': {
      const body = parseBody(bytes);
      return body.ok ? noticeInResource(body.value.json, hints.serverBaseUrl ?? null) : null;
    }
    case null:
      return null;
  }
}
