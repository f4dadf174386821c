import type { Generated } from 'kysely';
import type { ReadingStatus } from '../../core/ecg/reading.js';
import type { EndReason } from '../revisions.js';
import type { Outcome, OutcomeSource } from '../outcomes.js';
import type { Urgency } from '../../core/decision/policy.js';
import type { AlertState } from '../alerts.js';
import type { AuditOutcome } from '../audit.js';
import type { BoardTables } from './board-tables.js';
import type {
  AssessmentState,
  DeliveryKind,
  DeliveryState,
  Door,
  ReceiptOutcome,
} from '../ledger.js';

/**
 * The rows as both back ends hold them. Times are milliseconds since 1970 in double precision (exact
 * to the year 287396, and a number on both sides); composed values are JSON text, read whole.
 */
export interface Tables extends BoardTables {
  receipts: ReceiptRow;
  receipt_bytes: { receipt_id: string; bytes: Uint8Array };
  ecgs: EcgRow;
  ecg_sources: EcgSourceRow;
  assessments: AssessmentRow;
  model_runs: ModelRunRow;
  deliveries: DeliveryRow;
  alerts: AlertRow;
  alert_assessments: AlertAssessmentRow;
  senders: { sender: string; last_seen_ms: number };
  audit: AuditRow;
  outcomes: OutcomeRow;
  ecg_ends: EcgEndRow;
  withdrawn_sources: WithdrawnSourceRow;
  patient_merges: PatientMergeRow;
  cds_tokens: { token_key: string; until_ms: number };
  cds_cards: CdsCardRow;
  cds_feedback: CdsFeedbackRow;
  journal_position: { id: number; position: string };
  leases: { name: string; owner: string; until_ms: number };
  sweeps: { criteria: string; through_ms: number; swept_ms: number; asked_ms: number };
  subscriptions: SubscriptionRow;
  subscriptions_heard: SubscriptionHeardRow;
  subscription_events: { reference: string; number: number };
  beside_items: BesideItemRow;
  beside_reads: { ecg_id: string; reads: number; due_ms: number | null };
}

export interface SubscriptionRow {
  criteria: string;
  reference: string | null;
  status: string;
  /** A list, as JSON text. */
  without: string;
  repairs: number;
  checked_ms: number;
}

export interface SubscriptionHeardRow {
  reference: string;
  handshake_ms: number | null;
  heartbeat_ms: number | null;
  last_ms: number;
  through_number: number;
  last_number: number;
}

/** Known by patient, kind, code and second: see `createBeside`. */
export interface BesideItemRow {
  id: string;
  patient_key: string;
  kind: string;
  at_ms: number;
  item: string;
}

export interface ReceiptRow {
  id: string;
  door: Door;
  sender: string;
  message_id: string | null;
  content_type: string;
  content_sha256: string;
  byte_length: number;
  received_ms: number;
  hints: string;
  outcome: ReceiptOutcome;
  failure: string | null;
  same_id_other_content: boolean;
  repeat_of: string | null;
  answer: string | null;
  reference: string | null;
  ecg_id: string | null;
  /** Where the bytes stand in the embedded journal; null where they are in receipt_bytes. */
  raw_position: string | null;
  attempts: number;
  due_ms: number | null;
  /** Numbers as the message wrote them, to be searched by. */
  patient_value: string | null;
  order_value: string | null;
}

export interface EcgRow {
  id: string;
  patient_key: string | null;
  acquired_ms: number | null;
  fingerprint: string;
  sample_rate_hz: number;
  sample_count: number;
  /** Base64 of packWaveform: as text it costs the embedded database a tenth of what bytea does. */
  waveform: string;
  /** Everything else of the EcgEntry. */
  entry: string;
  arrived_ms: number;
  /** When it was taken; where its clock is in doubt, when it came. Null in older rows. */
  current_ms: number | null;
  /** Largest deflection of any lead, to find the same recording by; null where none can be told. */
  peak_microvolts: number | null;
  order_key: string | null;
  status: ReadingStatus | null;
}

export interface EcgSourceRow {
  ecg_id: string;
  receipt_id: string;
  door: Door;
  source_reference: string | null;
  source_version: string | null;
  at_ms: number;
}

export interface AssessmentRow {
  id: string;
  ecg_id: string;
  model_set: string;
  policy_version: string;
  /** Born together with its ECG: only such an assessment may ever page anybody. */
  is_first: boolean;
  state: AssessmentState;
  attempts: number;
  due_ms: number;
  failure: string | null;
  document: string | null;
  created_ms: number;
  completed_ms: number | null;
  /** Since its ECG no longer stands: it bears no delivery but what takes back. */
  ended_ms: number | null;
}

/** One model's answer to one ECG, kept so that later monitoring has history. */
export interface ModelRunRow {
  assessment_id: string;
  model_id: string;
  model_version: string;
  at_ms: number;
  sender: string | null;
  device: string | null;
  age_band: string | null;
  sex: string | null;
  logits: string | null;
  input_statistics: string | null;
  failure_code: string | null;
  run_ms: number | null;
  /** By finding, as JSON: its probability and whether it was positive. */
  scores: string | null;
  abstained: string | null;
  agreement: string | null;
}

export interface DeliveryRow {
  id: string;
  assessment_id: string;
  destination: string;
  kind: DeliveryKind;
  state: DeliveryState;
  attempts: number;
  due_ms: number;
  lease_owner: string | null;
  lease_until_ms: number | null;
  fence: number;
  /** The bytes of the present attempt may have left. */
  in_flight: boolean;
  outcome_unknown: boolean;
  failure: string | null;
  remote_reference: string | null;
  created_ms: number;
  delivered_ms: number | null;
  /** The alert that this pages for; null for everything else. */
  alert_id: string | null;
}

export interface AlertRow {
  id: string;
  assessment_id: string;
  ecg_id: string;
  patient_key: string | null;
  department: string;
  finding_ids: string;
  urgency: Urgency;
  state: AlertState;
  raised_ms: number;
  delivered_ms: number | null;
  acknowledged_ms: number | null;
  acknowledged_by: string | null;
  escalate_ms: number | null;
  escalated_ms: number | null;
  ended_ms: number | null;
  is_storm: boolean;
  storm_of: string | null;
  plan: string;
  routes_taken: number;
  next_route_ms: number | null;
  /** The earlier of the two timers; null where nothing is left to do by itself. */
  due_ms: number | null;
  events: string;
  revision: number;
}

export interface AlertAssessmentRow {
  alert_id: string;
  assessment_id: string;
  at_ms: number;
}

export interface EcgEndRow {
  ecg_id: string;
  why: EndReason;
  by_ecg_id: string | null;
  receipt_id: string;
  at_ms: number;
}

/** Sources withdrawn before their ECG came. */
export interface WithdrawnSourceRow {
  source_reference: string;
  source_version: string | null;
  receipt_id: string;
  at_ms: number;
}

export interface PatientMergeRow {
  from_key: string;
  to_key: string;
  /** Who the patient is now, as JSON. */
  survivor: string;
  receipt_id: string;
  at_ms: number;
}

export interface OutcomeRow {
  id: string;
  ecg_id: string;
  assessment_id: string | null;
  finding_id: string;
  says: Outcome['says'];
  actor: string;
  source: OutcomeSource;
  reason: string | null;
  code: string | null;
  at_ms: number;
}

export interface AuditRow {
  id: Generated<number>;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  outcome: AuditOutcome | null;
  via: string | null;
  address: string | null;
}

export interface CdsCardRow {
  card: string;
  service: string;
  assessment_id: string;
  ecg_id: string;
  finding_id: string | null;
  at_ms: number;
}

export interface CdsFeedbackRow {
  card: string;
  at_ms: number;
  outcome: 'accepted' | 'overridden';
  reason_code: string | null;
  comment: string | null;
  actor: string;
}
