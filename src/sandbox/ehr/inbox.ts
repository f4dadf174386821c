import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type Failure } from '../../core/failure.js';
import { buildAck } from '../../wire/hl7v2/ack.js';
import { readHeader } from '../../wire/hl7v2/header.js';
import type { MllpHandler, MllpReply } from '../../wire/mllp/connection.js';
import { openMllpServer } from '../../wire/mllp/server.js';
import type { Trouble, TroubleMaker } from './trouble.js';

/** One message that the EHR took in over HL7 v2. */
export interface InboxMessage {
  /** MSH-10. */
  readonly controlId: string;
  /** MSH-9, as written. */
  readonly type: string;
  readonly receivedAt: string;
  /** The same sender and control id had been here before. */
  readonly repeat: boolean;
  readonly bytes: Uint8Array;
}

/** Where results and alerts arrive over HL7 v2: keeps each message and acknowledges it. */
export interface Hl7Inbox {
  readonly port: number;
  readonly messages: readonly InboxMessage[];
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MESSAGES_KEPT_MAX = 10_000;
const CLOSE_MS_MAX = 500;

export async function openInbox(port: number, maker: TroubleMaker): Promise<Hl7Inbox> {
  const messages: InboxMessage[] = [];
  const seen = new Set<string>();
  const keep = (bytes: Uint8Array): void => {
    const header = readHeader(bytes);
    const controlId = header?.text(10) ?? '';
    const key = `${header?.text(3) ?? ''} ${header?.text(4) ?? ''} ${controlId}`;
    const receivedAt = new Date().toISOString();
    const type = header?.field(9) ?? '';
    messages.push({ controlId, type, receivedAt, repeat: seen.has(key), bytes });
    seen.add(key);
    if (messages.length > MESSAGES_KEPT_MAX) messages.shift();
  };
  const server = await openMllpServer({ host: HOST, port }, handlerOf(keep, maker));
  return { port: server.port, messages, close: () => server.close(CLOSE_MS_MAX) };
}

function handlerOf(keep: (bytes: Uint8Array) => void, maker: TroubleMaker): MllpHandler {
  return {
    async message(bytes) {
      const trouble = maker.next('inbox');
      await sleep(trouble.delayBeforeMs);
      const early = spoilt(trouble, 'before', trouble.status, bytes);
      if (early) return early;
      if (!readHeader(bytes)) return replyTo(bytes, failure('no-header', 'no MSH segment'));
      keep(bytes);
      await sleep(trouble.delayAfterMs);
      return spoilt(trouble, 'after', trouble.statusAfter, bytes) ?? replyTo(bytes, null);
    },
    tooLarge: (head, byteCount) =>
      Promise.resolve(
        replyTo(head, failure('message-too-large', `${byteCount} bytes are too many`)),
      ),
  };
}

/** The reply that trouble makes of it, or null where there is none. */
function spoilt(
  trouble: Trouble,
  when: 'before' | 'after',
  status: number,
  bytes: Uint8Array,
): MllpReply | null {
  // The server drops a connection whose handler fails, which is what a reset is here.
  if (trouble.reset === when) throw new Error('trouble was asked for');
  if (trouble.hang === when) return { bytes: null };
  if (status === 0) return null;
  const code = status >= 500 ? 'ledger-away' : 'sender-not-allowed';
  return replyTo(bytes, failure(code, 'trouble was asked for'));
}

function replyTo(bytes: Uint8Array, why: Failure | null): MllpReply {
  return {
    bytes: buildAck({
      header: readHeader(bytes),
      failure: why,
      contentFaultAnswer: 'AA',
      controlId: `EHR${randomBytes(6).toString('hex')}`,
      nowMs: Date.now(),
    }),
  };
}
