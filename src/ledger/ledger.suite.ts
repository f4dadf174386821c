import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Ledger } from './ledger.js';
import { alertRules } from './alerts.suite.js';
import { assessmentRules } from './assessments.suite.js';
import { boardRules } from './board.suite.js';
import { sessionRules } from './sessions.suite.js';
import { messageRules } from './messages.suite.js';
import { feedRules } from './feed.suite.js';
import { besideRules } from './beside.suite.js';
import { cdsRules } from './cds.suite.js';
import { deliveryRules } from './deliveries.suite.js';
import { NOON_MS } from './ledger.fixtures.js';
import { feedRules as ehrFeedRules } from './feeds.suite.js';
import { keepingRules } from './keeping.suite.js';
import { latePageRules } from './late-pages.suite.js';
import { mergeRules } from './merges.suite.js';
import { outcomeRules } from './outcomes.suite.js';
import { revisionRules } from './revisions.suite.js';
import { receiptRules } from './receipts.suite.js';

/** A ledger whose clock stands still until the test moves it. */
export interface Bench {
  readonly ledger: Ledger;
  readonly clock: { nowMs: number };
}

export type OpenLedger = (now: () => number) => Promise<Ledger>;

/** Every rule of the ledger, for any back end. */
export function ledgerSuite(open: OpenLedger): void {
  const clock = { nowMs: NOON_MS };
  let ledger: Ledger | undefined;
  beforeAll(async () => {
    ledger = await open(() => clock.nowMs);
  }, 60_000);
  afterAll(() => ledger?.close());
  const bench = (): Bench => {
    if (!ledger) throw new Error('the ledger did not open');
    return { ledger, clock };
  };
  describe('receipts', () => {
    receiptRules(bench);
  });
  describe('assessments', () => {
    assessmentRules(bench);
  });
  describe('deliveries', () => {
    deliveryRules(bench);
  });
  describe('revisions', () => {
    revisionRules(bench);
    mergeRules(bench);
  });
  describe('outcomes', () => {
    outcomeRules(bench);
  });
  describe('alerts', () => {
    alertRules(bench);
    latePageRules(bench);
  });
  describe('feeds', () => {
    ehrFeedRules(bench);
  });
  describe('beside', () => {
    besideRules(bench);
  });
  describe('cds hooks', () => {
    cdsRules(bench);
  });
  describe('keeping', () => {
    keepingRules(bench);
  });
  describe('board', () => {
    boardRules(bench);
  });
  describe('sessions', () => {
    sessionRules(bench);
  });
  describe('messages', () => {
    messageRules(bench);
  });
  describe('feed', () => {
    feedRules(bench);
  });
}
