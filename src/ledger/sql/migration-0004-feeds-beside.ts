import type { Migration } from './migrations.js';

/** How the EHR tells us of ECGs and how far we are; other evidence beside the ECGs. */
export const FEEDS_BESIDE: Migration = {
  name: '0004-feeds-beside',
  statements: [
    `create table leases (
      name text primary key,
      owner text not null,
      until_ms double precision not null
    )`,
    `create table sweeps (
      criteria text primary key,
      through_ms double precision not null,
      swept_ms double precision not null,
      asked_ms double precision not null
    )`,
    `create table subscriptions (
      criteria text primary key,
      reference text,
      status text not null,
      without text not null,
      repairs integer not null,
      checked_ms double precision not null
    )`,
    `create table subscriptions_heard (
      reference text primary key,
      handshake_ms double precision,
      heartbeat_ms double precision,
      last_ms double precision not null,
      through_number double precision not null,
      last_number double precision not null
    )`,
    `create table subscription_events (
      reference text not null,
      number double precision not null,
      primary key (reference, number)
    )`,
    `create table beside_items (
      id text primary key,
      patient_key text not null,
      kind text not null,
      at_ms double precision not null,
      item text not null
    )`,
    'create index beside_items_by_patient on beside_items (patient_key, at_ms)',
    'create index beside_items_by_time on beside_items (at_ms)',
    `create table beside_reads (
      ecg_id text primary key,
      reads integer not null,
      due_ms double precision
    )`,
    'create index beside_reads_due on beside_reads (due_ms) where due_ms is not null',
  ],
};
