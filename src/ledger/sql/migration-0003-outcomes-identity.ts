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
  ],
};
