import type { ReceiptOutcome } from './ledger.js';

/** Which receipts a list is to hold. */
export interface ReceiptFilter {
  readonly outcome?: ReceiptOutcome;
  readonly sender?: string;
  readonly messageId?: string;
  readonly limit: number;
}
