import type { Receipt, ReceiptOutcome } from './ledger.js';

/** Receipts as somebody looks for them, newest first and page by page. */
export interface Messages {
  search(query: MessageQuery): Promise<MessagePage>;
}

export interface MessageQuery {
  /** The patient's number as the message wrote it, of whatever authority. */
  readonly patient?: string;
  readonly order?: string;
  readonly controlId?: string;
  readonly sender?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly outcome?: ReceiptOutcome;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface MessagePage {
  readonly messages: readonly Message[];
  /** Null on the last page. */
  readonly next: string | null;
}

export interface Message extends Omit<Receipt, 'hints' | 'answer' | 'reference' | 'contentSha256'> {
  /** From its arrival until its ECG was assessed; null where it brought none, or none is yet. */
  readonly latencyMs: number | null;
}
