import { ALERTS } from './migration-0002-alerts.js';
import { OUTCOMES_IDENTITY } from './migration-0003-outcomes-identity.js';
import { BOARD } from './migration-0005-board.js';
import { FEEDS_BESIDE } from './migration-0004-feeds-beside.js';
import { CDS_HOOKS } from './migration-0006-cds-hooks.js';

/**
 * Each migration only adds: the version before must still run on the schema after, because both run
 * side by side during an upgrade. A migration that has shipped is never edited.
 */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-spine',
    statements: [
      `create table receipts (
        id text primary key,
        door text not null,
        sender text not null,
        message_id text,
        content_type text not null,
        content_sha256 text not null,
        byte_length integer not null,
        received_ms double precision not null,
        hints text not null,
        outcome text not null,
        failure text,
        same_id_other_content boolean not null default false,
        repeat_of text,
        answer text,
        reference text,
        ecg_id text,
        raw_position text,
        attempts integer not null default 0,
        due_ms double precision
      )`,
      `create index receipts_by_message on receipts (message_id, sender, repeat_of)
        where message_id is not null`,
      'create index receipts_by_sender on receipts (sender, received_ms)',
      'create index receipts_by_time on receipts (received_ms)',
      `create index receipts_troubled on receipts (outcome, received_ms)
        where outcome in ('at-fault', 'refused')`,
      "create index receipts_to_fetch on receipts (due_ms) where outcome = 'to-fetch'",
      'create index receipts_by_ecg on receipts (ecg_id) where ecg_id is not null',
      'create table receipt_bytes (receipt_id text primary key, bytes bytea not null)',
      // Waveforms hardly shrink by the server's own compression, which costs more than the disk.
      'alter table receipt_bytes alter column bytes set storage external',
      `create table ecgs (
        id text primary key,
        patient_key text,
        acquired_ms double precision,
        fingerprint text not null,
        sample_rate_hz double precision not null,
        sample_count integer not null,
        waveform text not null,
        entry text not null,
        arrived_ms double precision not null
      )`,
      'alter table ecgs alter column waveform set storage external',
      'create index ecgs_by_patient on ecgs (patient_key, acquired_ms)',
      'create index ecgs_by_arrival on ecgs (arrived_ms)',
      `create table ecg_sources (
        ecg_id text not null,
        receipt_id text not null,
        door text not null,
        source_reference text,
        at_ms double precision not null,
        primary key (ecg_id, receipt_id)
      )`,
      `create table assessments (
        id text primary key,
        ecg_id text not null,
        model_set text not null,
        policy_version text not null,
        is_first boolean not null,
        state text not null,
        attempts integer not null default 0,
        due_ms double precision not null,
        failure text,
        document text,
        created_ms double precision not null,
        completed_ms double precision
      )`,
      'create index assessments_by_ecg on assessments (ecg_id, created_ms)',
      "create index assessments_open on assessments (due_ms) where state = 'pending'",
      "create index assessments_parked on assessments (created_ms) where state = 'parked'",
      'create index assessments_completed on assessments (completed_ms)',
      `create table model_runs (
        assessment_id text not null,
        model_id text not null,
        model_version text not null,
        at_ms double precision not null,
        sender text,
        device text,
        age_band text,
        sex text,
        logits text,
        input_statistics text,
        failure_code text,
        run_ms double precision,
        primary key (assessment_id, model_id)
      )`,
      'create index model_runs_by_time on model_runs (model_id, at_ms)',
      `create table deliveries (
        id text primary key,
        assessment_id text not null,
        destination text not null,
        kind text not null,
        state text not null,
        attempts integer not null default 0,
        due_ms double precision not null,
        lease_owner text,
        lease_until_ms double precision,
        fence integer not null default 0,
        in_flight boolean not null default false,
        outcome_unknown boolean not null default false,
        failure text,
        remote_reference text,
        created_ms double precision not null,
        delivered_ms double precision
      )`,
      'create index deliveries_by_assessment on deliveries (assessment_id)',
      "create index deliveries_pending on deliveries (due_ms) where state = 'pending'",
      "create index deliveries_claimed on deliveries (lease_until_ms) where state = 'claimed'",
      "create index deliveries_parked on deliveries (created_ms) where state = 'parked'",
      'create index deliveries_delivered on deliveries (delivered_ms)',
      'create table senders (sender text primary key, last_seen_ms double precision not null)',
      `create table audit (
        id bigserial primary key,
        at_ms double precision not null,
        actor text not null,
        action text not null,
        subject text not null
      )`,
      'create table journal_position (id integer primary key, position text not null)',
    ],
  },
  ALERTS,
  OUTCOMES_IDENTITY,
  FEEDS_BESIDE,
  BOARD,
  CDS_HOOKS,
];
