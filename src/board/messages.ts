import type { Failure } from '../core/failure.js';
import { RECEIPT_OUTCOMES, type Ledger, type ReceiptOutcome } from '../ledger/ledger.js';
import type { Message, MessageQuery } from '../ledger/messages.js';
import { decodedLines } from './decoded.js';
import { toDeliveryView, type DeliveryView } from './ecg-view.js';

/** A receipt in the message browser. */
export interface MessageRow {
  readonly receiptId: string;
  readonly door: string;
  readonly sender: string;
  readonly messageId: string | null;
  readonly receivedAt: string;
  readonly outcome: ReceiptOutcome;
  readonly failure: MessageFailure | null;
  readonly latencyMs: number | null;
  readonly ecgId: string | null;
  readonly byteLength: number;
  readonly repeatOf: string | null;
  readonly sameIdOtherContent: boolean;
}

export interface MessageFailure {
  readonly code: string;
  readonly text: string;
  readonly location: string | null;
}

export interface MessageDetail extends MessageRow {
  /** Empty for whoever may not see patients' data. */
  readonly decoded: readonly string[];
  readonly answer: string | null;
  readonly deliveries: readonly DeliveryView[];
}

export interface Replayed {
  readonly receiptId: string;
  readonly outcome: string;
}

export interface MessageDesk {
  search(query: MessageQuery): Promise<{ rows: readonly MessageRow[]; next: string | null }>;
  detail(receiptId: string, reader: Reader): Promise<MessageDetail | null>;
  raw(receiptId: string, reader: Reader): Promise<Uint8Array | null>;
  replay(receiptIds: readonly string[], actor: string): Promise<readonly Replayed[]>;
}

export interface Reader {
  readonly actor: string;
  readonly seesPatients: boolean;
}

export interface MessageDeskOptions {
  readonly ledger: Pick<Ledger, 'messages' | 'receipts' | 'assessments' | 'deliveries' | 'audit'>;
  /** Takes the bytes of a receipt through the door again; the new receipt, or null where it cannot. */
  readonly replay: (receiptId: string) => Promise<string | null>;
}

export const ROWS_AT_ONCE_MAX = 200;
export const REPLAYED_AT_ONCE_MAX = 100;

export function createMessageDesk({ ledger, replay }: MessageDeskOptions): MessageDesk {
  const bytesOf = async (receiptId: string): Promise<Uint8Array | null> => {
    const receipt = await ledger.receipts.get(receiptId);
    return receipt && ledger.receipts.bytes(receipt.repeatOf ?? receiptId);
  };
  return {
    async search(query) {
      const { messages, next } = await ledger.messages.search(query);
      return { rows: messages.map(toMessageRow), next };
    },
    async detail(receiptId, { actor, seesPatients }) {
      const receipt = await ledger.receipts.get(receiptId);
      if (!receipt) return null;
      const assessment =
        receipt.ecgId === null ? null : await ledger.assessments.ofEcg(receipt.ecgId);
      const deliveries = assessment ? await ledger.deliveries.ofAssessment(assessment.id) : [];
      const bytes = seesPatients ? await bytesOf(receiptId) : null;
      if (bytes) await ledger.audit.record({ actor, action: 'read receipt', subject: receiptId });
      const completedMs = assessment?.completedAtMs ?? null;
      const latencyMs = completedMs === null ? null : completedMs - receipt.receivedAtMs;
      return {
        ...toMessageRow({
          ...receipt,
          latencyMs: latencyMs !== null && latencyMs >= 0 ? latencyMs : null,
        }),
        decoded: bytes ? decodedLines(bytes) : [],
        answer: receipt.answer,
        deliveries: deliveries.map(toDeliveryView),
      };
    },
    async raw(receiptId, { actor }) {
      const bytes = await bytesOf(receiptId);
      if (bytes) await ledger.audit.record({ actor, action: 'read raw', subject: receiptId });
      return bytes;
    },
    async replay(receiptIds, actor) {
      const done: Replayed[] = [];
      for (const receiptId of receiptIds) {
        await ledger.audit.record({ actor, action: 'replay receipt', subject: receiptId });
        const fresh = await replay(receiptId);
        const receipt = fresh === null ? null : await ledger.receipts.get(fresh);
        done.push({ receiptId, outcome: receipt?.outcome ?? 'not-there' });
      }
      return done;
    },
  };
}

export function toMessageRow(message: Omit<Message, 'contentType'>): MessageRow {
  return {
    receiptId: message.id,
    door: message.door,
    sender: message.sender,
    messageId: message.messageId,
    receivedAt: new Date(message.receivedAtMs).toISOString(),
    outcome: message.outcome,
    failure: toMessageFailure(message.failure),
    latencyMs: message.latencyMs,
    ecgId: message.ecgId,
    byteLength: message.byteLength,
    repeatOf: message.repeatOf,
    sameIdOtherContent: message.sameIdOtherContent,
  };
}

function toMessageFailure(failure: Failure | null): MessageFailure | null {
  return failure && { code: failure.code, text: failure.detail, location: failure.location };
}

/** A search as a query string, or what is wrong with it. */
export function parseMessageQuery(query: Readonly<Record<string, unknown>>): MessageQuery | string {
  const text = (name: string): string | undefined => {
    const value = query[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const [from, to] = [text('from'), text('to')].map((at) => (at ? Date.parse(at) : undefined));
  if (Number.isNaN(from) || Number.isNaN(to)) return 'from and to are dates with times';
  const outcome = text('outcome');
  const known = RECEIPT_OUTCOMES.find((one) => one === outcome);
  if (outcome !== undefined && known === undefined) {
    return `an outcome is one of ${RECEIPT_OUTCOMES.join(', ')}`;
  }
  const limit = Number(text('limit') ?? 50);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= ROWS_AT_ONCE_MAX)) {
    return `limit is a whole number from 1 to ${ROWS_AT_ONCE_MAX}`;
  }
  return {
    limit,
    ...given('patient', text('patient')),
    ...given('order', text('order')),
    ...given('controlId', text('controlId')),
    ...given('sender', text('sender')),
    ...given('after', text('after')),
    ...given('fromMs', from),
    ...given('toMs', to),
    ...given('outcome', known),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in K]?: V });
}
