import type { Migration } from './migrations.js';

/** The memory of the conversation by CDS Hooks. */
export const CDS_HOOKS: Migration = {
  name: '0006-cds-hooks',
  statements: [
    'create table cds_tokens (token_key text primary key, until_ms double precision not null)',
    'create index cds_tokens_by_end on cds_tokens (until_ms)',
    `create table cds_cards (
      card text primary key,
      service text not null,
      assessment_id text not null,
      ecg_id text not null,
      finding_id text,
      at_ms double precision not null
    )`,
    'create index cds_cards_by_assessment on cds_cards (assessment_id)',
    `create table cds_feedback (
      card text not null,
      at_ms double precision not null,
      outcome text not null,
      reason_code text,
      comment text,
      actor text not null,
      primary key (card, at_ms, outcome)
    )`,
  ],
};
