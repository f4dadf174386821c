import type { Migration } from './migrations.js';

/** Alerts, the deliveries that page for them, and an audit that can be told as FHIR AuditEvents. */
export const ALERTS: Migration = {
  name: '0002-alerts',
  statements: [
    `create table alerts (
      id text primary key,
      assessment_id text not null,
      ecg_id text not null,
      patient_key text,
      department text not null,
      finding_ids text not null,
      urgency text not null,
      state text not null,
      raised_ms double precision not null,
      delivered_ms double precision,
      acknowledged_ms double precision,
      acknowledged_by text,
      escalate_ms double precision,
      escalated_ms double precision,
      ended_ms double precision,
      is_storm boolean not null default false,
      storm_of text,
      plan text not null,
      routes_taken integer not null default 0,
      next_route_ms double precision,
      due_ms double precision,
      events text not null,
      revision integer not null default 1
    )`,
    'create index alerts_open on alerts (urgency, raised_ms) where ended_ms is null',
    'create index alerts_by_patient on alerts (patient_key, raised_ms)',
    'create index alerts_by_department on alerts (department, raised_ms)',
    'create index alerts_by_assessment on alerts (assessment_id)',
    'create index alerts_due on alerts (due_ms) where due_ms is not null',
    `create table alert_assessments (
      alert_id text not null,
      assessment_id text not null,
      at_ms double precision not null,
      primary key (alert_id, assessment_id)
    )`,
    'create index alert_assessments_by_assessment on alert_assessments (assessment_id)',
    'alter table deliveries add column alert_id text',
    'create index deliveries_by_alert on deliveries (alert_id) where alert_id is not null',
    // Null in the rows of a version before, which wrote down only what had worked.
    'alter table audit add column outcome text',
    'alter table audit add column via text',
    'alter table audit add column address text',
    'create index audit_by_subject on audit (subject, id)',
  ],
};
