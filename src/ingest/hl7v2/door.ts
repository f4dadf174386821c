import { randomBytes } from 'node:crypto';
import { failure, failureOf, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Reading } from '../../core/ecg/reading.js';
import { enclosedFile } from '../../formats/decode.js';
import { mergeIn, MERGE_EVENT } from '../../formats/hl7v2/notice.js';
import { decodeOru } from '../../formats/hl7v2/oru.js';
import { withPictures, type AskPicture } from '../../formats/picture/ask.js';
import type { Receipts } from '../../ledger/ledger.js';
import { buildAck } from '../../wire/hl7v2/ack.js';
import { verdictOn, type ContentFaultAnswer } from '../../wire/hl7v2/answers.js';
import { BATCH_MESSAGES_MAX, batchOf, unbatch } from '../../wire/hl7v2/batch.js';
import { bytesOf, readHeader, type Header } from '../../wire/hl7v2/header.js';
import { parseMessage, type Message } from '../../wire/hl7v2/message.js';
import type { MllpHandler, MllpPeer, MllpReply } from '../../wire/mllp/connection.js';
import type { Admission, Submission } from '../intake.js';
import type { Refusals } from '../refusals.js';

export const HL7_CONTENT_TYPE = 'x-application/hl7-v2+er7';

/**
 * Results that carry waveforms, and the alerts of devices that send them along; and the feed of
 * patients, of which a merge is understood and the rest kept as not ours: an engine sends all of it.
 */
export const MESSAGE_TYPES_TAKEN: readonly string[] = Object.freeze([
  'ORU^R01',
  'ORU^W01',
  'ORU^R40',
  'ADT',
]);

export interface Hl7DoorOptions {
  /** The hall behind the door: resolves once the bytes are durable. */
  readonly submit: (submission: Submission) => Promise<Admission>;
  readonly recordAnswer: Receipts['recordAnswer'];
  /** Reads the pictures that a message may enclose; without it they are refused by their name. */
  readonly askPicture?: AskPicture;
  /** Left out by who keeps no audit: benches and tools. */
  readonly refusals?: Refusals;
  readonly contentFaultAnswer: ContentFaultAnswer;
  readonly messageTypes?: readonly string[];
  readonly now: () => number;
}

/**
 * Turns a message into a submission and what became of it into an answer. The answer is made only
 * after the hall has committed: an acknowledged message is never lost.
 */
export function createHl7Door(options: Hl7DoorOptions): MllpHandler {
  return {
    async message(bytes, peer) {
      const found = unbatch(bytes);
      switch (found.kind) {
        case 'message':
          return answer(bytes, () => examine(bytes, options), peer, options);
        case 'batch':
          return found.messages.length === 0
            ? answer(bytes, () => refuse('no-header', 'the batch holds no message'), peer, options)
            : answerBatch(found.messages, peer, options);
        case 'too-many': {
          const detail = `a batch holds at most ${BATCH_MESSAGES_MAX} messages`;
          return answer(bytes, () => refuse('message-too-large', detail), peer, options);
        }
      }
    },
    tooLarge(head, byteCount, peer) {
      const detail = `${byteCount} bytes are more than a message may have`;
      return answer(head, () => refuse('message-too-large', detail), peer, options);
    },
  };
}

/** One answer for each message, in one batch; those that asked for none are left out. */
async function answerBatch(
  messages: readonly Uint8Array[],
  peer: MllpPeer,
  options: Hl7DoorOptions,
): Promise<MllpReply> {
  const replies: MllpReply[] = [];
  for (const bytes of messages) {
    replies.push(await answer(bytes, () => examine(bytes, options), peer, options));
  }
  const answers = replies.flatMap((reply) => (reply.bytes ? [reply.bytes] : []));
  return {
    bytes: answers.length === 0 ? null : batchOf(answers),
    afterwards: async () => {
      for (const reply of replies) await reply.afterwards?.();
    },
  };
}

function examine(
  bytes: Uint8Array,
  options: Hl7DoorOptions,
): Result<Reading> | Promise<Result<Reading>> {
  const message = parseMessage(bytes);
  if (!message.ok) return message;
  const untaken = untakenType(message.value.header, options.messageTypes ?? MESSAGE_TYPES_TAKEN);
  if (untaken) return { ok: false, failure: untaken };
  if (message.value.header.component(9, 1) === 'ADT') return examineAdt(message.value);
  const { askPicture } = options;
  return askPicture
    ? withPictures(
        (readPicture) => decodeOru(message.value, enclosedFile({ readPicture })),
        askPicture,
      )
    : decodeOru(message.value, enclosedFile({}));
}

/** No ECG in any case; a merge that cannot be followed is a fault that its sender is told of. */
function examineAdt(message: Message): Result<Reading> {
  const noEcg = refuse('no-ecg', 'the message carries no ECG');
  if (message.header.component(9, 2) !== MERGE_EVENT) return noEcg;
  const merge = mergeIn(message);
  return merge.ok ? noEcg : merge;
}

function untakenType(header: Header, taken: readonly string[]): Failure | null {
  const type = header.component(9, 1);
  // Old senders write the event only into the structure, or not at all.
  const event = header.component(9, 2) || (header.component(9, 3).split('_')[1] ?? '');
  if (taken.includes(type)) return null;
  const known = taken.some((one) => one.startsWith(`${type}^`));
  if (type !== '' && known && (event === '' || taken.includes(`${type}^${event}`))) return null;
  return failure('message-type-not-taken', `taken are ${taken.join(', ')}`, {
    location: known && type !== '' ? 'MSH[1].9.2' : 'MSH[1].9.1',
  });
}

async function answer(
  bytes: Uint8Array,
  decode: () => Result<Reading> | Promise<Result<Reading>>,
  peer: MllpPeer,
  options: Hl7DoorOptions,
): Promise<MllpReply> {
  const header = readHeader(bytes);
  let admission: Admission;
  try {
    const decoded = await decode();
    admission = await options.submit(submissionOf(bytes, header, decoded, peer, options));
  } catch (error) {
    return { bytes: ackOf(header, notStored(failureOf(error)), options) };
  }
  const { accepted } = admission;
  if (accepted.outcome === 'repeat' && accepted.firstAnswer !== null) {
    return { bytes: bytesOf(accepted.firstAnswer) };
  }
  if (accepted.outcome === 'refused') {
    const action = `message refused: ${admission.failure?.code ?? 'unexpected'}`;
    await options.refusals?.note('mllp', action, accepted.receiptId, peer.address);
  }
  const ack = ackOf(header, admission.failure, options);
  if (ack === null) return { bytes: null };
  return {
    bytes: ack,
    // Losing it costs only that a repeat gets an answer with a later time in it.
    afterwards: () =>
      options.recordAnswer(accepted.receiptId, byteTextOf(ack)).catch(() => undefined),
  };
}

function submissionOf(
  bytes: Uint8Array,
  header: Header | null,
  decoded: Result<Reading>,
  peer: MllpPeer,
  options: Hl7DoorOptions,
): Submission {
  return {
    door: 'mllp',
    sender: header ? senderOf(header) : peer.address,
    messageId: header?.text(10) || null,
    contentType: HL7_CONTENT_TYPE,
    bytes,
    receivedAtMs: options.now(),
    hints: {},
    decoded,
    production: header?.component(11, 1) === 'P',
  };
}

/** MSH-3 and MSH-4 as they are written: under this key stand a sender's ids and its time zone. */
export function senderOf(header: Header): string {
  return `${header.text(3)}|${header.text(4)}`;
}

/** Whatever kept the message from being stored, its sender must send it again. */
function notStored(why: Failure): Failure {
  return verdictOn(why, 'AA').answer === 'error' ? why : failure('unexpected', 'not stored');
}

function ackOf(
  header: Header | null,
  why: Failure | null,
  options: Hl7DoorOptions,
): Uint8Array | null {
  return buildAck({
    header,
    failure: why,
    contentFaultAnswer: options.contentFaultAnswer,
    // Versions before 2.7 allow twenty characters.
    controlId: `LW${randomBytes(8).toString('hex')}`,
    nowMs: options.now(),
  });
}

/** One UTF-16 unit a byte, so that a text column keeps the answer byte for byte. */
function byteTextOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
