import type { Migration } from './migrations.js';

/** Outcomes; what became of an ECG that was corrected, withdrawn or moved; patients made one. */
export const OUTCOMES_IDENTITY: Migration = {
  name: '0003-outcomes-identity',
  statements: [
    `create table outcomes (
      id text primary key,
      ecg_id text not null,
      assessment_id text,
      finding_id text not null,
      says text not null,
      actor text not null,
      source text not null,
      reason text,
      code text,
      at_ms double precision not null
    )`,
    'create index outcomes_by_ecg on outcomes (ecg_id, at_ms)',
    'create index outcomes_by_time on outcomes (at_ms, id)',
    // Null in the rows of a version before: such an ECG is found by its other marks.
    'alter table ecgs add column peak_microvolts integer',
    'alter table ecgs add column order_key text',
    'alter table ecgs add column status text',
    'create index ecgs_by_time on ecgs (acquired_ms)',
    'create index ecgs_by_order on ecgs (order_key) where order_key is not null',
    'alter table ecg_sources add column source_version text',
    `create index ecg_sources_by_reference on ecg_sources (source_reference)
      where source_reference is not null`,
    'alter table assessments add column ended_ms double precision',
    `create table ecg_ends (
      ecg_id text primary key,
      why text not null,
      by_ecg_id text,
      receipt_id text not null,
      at_ms double precision not null
    )`,
    'create index ecg_ends_by_heir on ecg_ends (by_ecg_id) where by_ecg_id is not null',
    `create table withdrawn_sources (
      source_reference text primary key,
      source_version text,
      receipt_id text not null,
      at_ms double precision not null
    )`,
    `create table patient_merges (
      from_key text primary key,
      to_key text not null,
      survivor text not null,
      receipt_id text not null,
      at_ms double precision not null
    )`,
    'create index patient_merges_by_survivor on patient_merges (to_key)',
  ],
};
