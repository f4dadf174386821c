import type { Assessment } from '../core/decision/assessment.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import type { Reading } from '../core/ecg/reading.js';
import type { Acquisition } from '../core/ecg/time.js';
import type { Failure } from '../core/failure.js';
import type { Alerts, PagePlan } from './alerts.js';
import type { Audit } from './audit.js';
import type { BoardLedger } from './board-ledger.js';
import type { Beside } from './beside.js';
import type { Feeds } from './feeds.js';
import type { CdsMemory } from './cds.js';
import type { LedgerHealth } from './health.js';
import type { Outcomes } from './outcomes.js';
import type { ReceiptFilter } from './receipt-filter.js';
import type { LedgerNotice, Revisions } from './revisions.js';

/**
 * The durable truth. Two legs that never share a state:
 *
 * - **Receipts** (ingest leg) say that bytes arrived and what became of them at the door.
 * - **Deliveries** (delivery leg) say what has to stand where, and whether it does.
 *
 * Between them, an **assessment** is work to be scored. Queue jobs only carry ids of these rows; the
 * rows themselves say what is due, so a wiped queue loses nothing.
 */
export interface Ledger extends BoardLedger {
  readonly receipts: Receipts;
  readonly assessments: Assessments;
  readonly deliveries: Deliveries;
  readonly alerts: Alerts;
  readonly audit: Audit;
  readonly outcomes: Outcomes;
  readonly revisions: Revisions;
  readonly beside: Beside;
  readonly feeds: Feeds;
  readonly cds: CdsMemory;
  readonly health: LedgerHealth;
  close(): Promise<void>;
}

export type Door = 'mllp' | 'rest' | 'fhir' | 'cds-hooks';

/**
 * A receipt is born in its final outcome, except `to-fetch` (a notification that only names the
 * resource), which one fetch turns into any of the others:
 *
 *     ecg        bytes held an ECG we can use; ecgId is set
 *     not-ours   bytes held no ECG
 *     at-fault   bytes held an ECG at fault; failure says why; replayable
 *     refused    header not usable, or sender not allowed; failure says why
 *     notice     bytes held no ECG, but a word about earlier ones: a withdrawal, a merge of patients
 *     repeat     same sender, message id and content as repeatOf; did nothing
 *     to-fetch   only a reference so far
 */
export const RECEIPT_OUTCOMES = [
  'ecg',
  'not-ours',
  'at-fault',
  'refused',
  'notice',
  'repeat',
  'to-fetch',
] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

export interface Arrival {
  readonly door: Door;
  readonly sender: string;
  /** MSH-10, Idempotency-Key, or resource and version: unique for a sender, as the sender says. */
  readonly messageId: string | null;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly receivedAtMs: number;
  /** Query parameters and the like that came beside the bytes: needed to decode them again. */
  readonly hints: Readonly<Record<string, string>>;
}

/** What the door made of the bytes, decided before the commit so that one commit holds all. */
export type Verdict =
  | { readonly outcome: 'ecg'; readonly ecg: EcgEntry; readonly warning: Failure | null }
  | { readonly outcome: 'not-ours' }
  | { readonly outcome: 'notice'; readonly notice: LedgerNotice }
  | { readonly outcome: 'at-fault' | 'refused'; readonly failure: Failure }
  | { readonly outcome: 'to-fetch'; readonly reference: string };

/** What was read, with its time made an instant. */
export interface EcgEntry extends Omit<Reading, 'acquired'> {
  readonly acquisition: Acquisition;
  /** MSH-11 = P, or a door that knows no other kind. */
  readonly production: boolean;
  /** FHIR reference of the source Observation where the EHR itself sent it. */
  readonly sourceReference: string | null;
  /** Which state of that Observation it was. */
  readonly sourceVersion?: string | null;
}

/** Under which models and policy a new ECG is to be assessed. */
export interface AssessUnder {
  readonly modelSet: string;
  readonly policyVersion: string;
}

export interface Accepted {
  readonly receiptId: string;
  readonly outcome: ReceiptOutcome;
  readonly repeatOf: string | null;
  /** The first answer, to be given again, when this is a repeat. */
  readonly firstAnswer: string | null;
  readonly sameIdOtherContent: boolean;
  readonly ecgId: string | null;
  /** The assessment to score; null when there is nothing to score. */
  readonly assessmentId: string | null;
  /** False when an earlier arrival already brought this ECG. */
  readonly isNewEcg: boolean;
  /** Deliveries born to take back what was delivered for ECGs that this arrival ended. */
  readonly retractionIds?: readonly string[];
}

export interface Receipt {
  readonly id: string;
  readonly door: Door;
  readonly sender: string;
  readonly messageId: string | null;
  readonly contentType: string;
  readonly contentSha256: string;
  readonly byteLength: number;
  readonly receivedAtMs: number;
  readonly hints: Readonly<Record<string, string>>;
  readonly outcome: ReceiptOutcome;
  readonly failure: Failure | null;
  readonly sameIdOtherContent: boolean;
  readonly repeatOf: string | null;
  readonly answer: string | null;
  readonly reference: string | null;
  readonly ecgId: string | null;
}

export interface Receipts {
  /** Durable when it resolves: only then may a door say so to its sender. */
  accept(arrival: Arrival, verdict: Verdict, under: AssessUnder): Promise<Accepted>;
  /** What the door answered, so that a repeat gets the same. Losing it costs nothing but that. */
  recordAnswer(receiptId: string, answer: string): Promise<void>;
  /** Turns `to-fetch` into its outcome; a receipt already turned is left as it is. */
  fetched(
    receiptId: string,
    bytes: Uint8Array,
    verdict: Verdict,
    under: AssessUnder,
  ): Promise<Accepted>;
  /** A fetch that failed: due again, or (permanent) `at-fault`. */
  fetchFailed(receiptId: string, failure: Failure, dueAtMs: number): Promise<void>;
  get(receiptId: string): Promise<Receipt | null>;
  bytes(receiptId: string): Promise<Uint8Array | null>;
  /** Newest first; for the message browser and the dead letters. */
  list(filter: ReceiptFilter): Promise<Receipt[]>;
  dueFetches(nowMs: number, limit: number): Promise<Due[]>;
  /** Deletes what is older, except ECGs with a delivery or an assessment still open. */
  purge(olderThanMs: number): Promise<{ receipts: number; ecgs: number }>;
}

/** A row whose work is due, and how often it was tried. */
export interface Due {
  readonly id: string;
  readonly attempts: number;
}

/** An ECG as the ledger holds it. */
export interface EcgRecord extends EcgEntry {
  readonly id: string;
  readonly arrivedAtMs: number;
  readonly sources: readonly { readonly receiptId: string; readonly door: Door }[];
}

/**
 *     pending --score--> done        findings and abstentions are recorded, deliveries are born
 *     pending --fail---> pending     transient: due again later
 *     pending --fail---> parked      permanent, or tried for too long; a person may requeue it
 *     parked --requeue-> pending
 */
export type AssessmentState = 'pending' | 'done' | 'parked';

export interface AssessmentRecord {
  readonly id: string;
  readonly ecgId: string;
  readonly modelSet: string;
  readonly policyVersion: string;
  /** Born together with its ECG: a replay, a re-score or a new model never pages anybody. */
  readonly isFirst: boolean;
  readonly state: AssessmentState;
  readonly attempts: number;
  readonly dueAtMs: number;
  readonly failure: Failure | null;
  readonly assessment: Assessment | null;
  readonly createdAtMs: number;
  readonly completedAtMs: number | null;
}

export interface Assessments {
  get(assessmentId: string): Promise<AssessmentRecord | null>;
  /** The newest assessment of an ECG, for the receipt's page. */
  ofEcg(ecgId: string): Promise<AssessmentRecord | null>;
  ecg(ecgId: string): Promise<EcgRecord | null>;
  /**
   * One transaction: the result, its history, its deliveries, and where its decision says so its
   * alert with the pages of that plan. A second call changes nothing.
   */
  complete(
    assessmentId: string,
    assessment: Assessment,
    outcomes: readonly ModelOutcome[],
    deliveries: readonly NewDelivery[],
    plan?: PagePlan | null,
  ): Promise<readonly string[]>;
  failed(assessmentId: string, failure: Failure, dueAtMs: number, park: boolean): Promise<void>;
  requeue(assessmentId: string, nowMs: number): Promise<boolean>;
  due(nowMs: number, limit: number): Promise<Due[]>;
  parked(limit: number): Promise<AssessmentRecord[]>;
}

/**
 * What a destination is asked to hold: a result for the chart, a page for a person, a second page
 * because nobody answered the first, what became of a page, or nothing any more (a retraction takes
 * back both).
 */
export type DeliveryKind = 'result' | 'alert' | 'escalation' | 'alert-update' | 'retraction';

export interface NewDelivery {
  readonly destination: string;
  readonly kind: DeliveryKind;
}

/**
 *     pending --claim--> claimed       a worker holds a lease with a fencing token
 *     claimed --confirm-> delivered    only under the newest token
 *     claimed --fail---> pending       transient or ambiguous: due again later
 *     claimed --fail---> parked        permanent, or tried for too long
 *     claimed --lease runs out--> claimable again, under a higher token
 *     parked --requeue--> pending
 *     any but delivered --cancel--> cancelled   its ECG ended; a retraction looks after what may stand
 *     claimed --end----> cancelled     needless before its bytes left; the failure names why
 */
export type DeliveryState = 'pending' | 'claimed' | 'delivered' | 'parked' | 'cancelled';

export interface Delivery {
  readonly id: string;
  readonly assessmentId: string;
  readonly destination: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAtMs: number;
  /** Rises with every claim; a confirm under an older one is refused. */
  readonly fence: number;
  /** An earlier attempt may have succeeded unseen: read back before writing. */
  readonly outcomeUnknown: boolean;
  readonly failure: Failure | null;
  readonly remoteReference: string | null;
  readonly createdAtMs: number;
  readonly deliveredAtMs: number | null;
  /** The alert that it is about, if any. */
  readonly alertId?: string | null;
}

export interface Deliveries {
  get(deliveryId: string): Promise<Delivery | null>;
  ofAssessment(assessmentId: string): Promise<Delivery[]>;
  /** The delivery under a fresh lease, or null: someone else holds it, it is done, or not there. */
  claim(deliveryId: string, owner: string, leaseMs: number): Promise<Delivery | null>;
  /** Throws `lease-lost` when a newer claim exists. */
  renew(deliveryId: string, fence: number, leaseMs: number): Promise<void>;
  /** Called before the bytes leave, so that a crash in mid-POST is known to be ambiguous. */
  sending(deliveryId: string, fence: number): Promise<void>;
  /**
   * Asked right before a page leaves: cancels it where its alert wants it no longer, and says why. Null
   * where it may go: also where its bytes may have left before, so that what stands is known.
   */
  endUnwanted(deliveryId: string, fence: number): Promise<Failure | null>;
  confirm(deliveryId: string, fence: number, remoteReference: string | null): Promise<void>;
  /** Ends it as needless: nothing is sent, and nobody has to look. */
  end(deliveryId: string, fence: number, why: Failure): Promise<void>;
  failed(
    deliveryId: string,
    fence: number,
    failure: Failure,
    dueAtMs: number,
    park: boolean,
  ): Promise<void>;
  requeue(deliveryId: string, nowMs: number): Promise<boolean>;
  /** Whether an older one of the same patient, kind and destination is still under way. */
  overtakes(deliveryId: string): Promise<boolean>;
  /** Pending and due, or claimed with a lease that ran out. */
  due(nowMs: number, limit: number): Promise<Due[]>;
  parked(limit: number): Promise<Delivery[]>;
}
