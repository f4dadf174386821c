import type { Migration } from './migrations.js';

/** A trigger function: plain text between dollars, which PostgreSQL and PGlite read alike. */
function triggerFunction(name: string, body: string): string {
  return `create function ${name}() returns trigger language plpgsql as $body$
    begin ${body} return null; end $body$`;
}

const GROUP_OF_ECG = (id: string): string =>
  `(select coalesce(e.patient_key, e.id) from ecgs e where e.id = ${id})`;

/**
 * What the board needs. Its feed is written by the database itself in the transaction of the change,
 * so that no writer can forget it, not even one of the version before.
 */
export const BOARD: Migration = {
  name: '0005-board',
  statements: [
    `create table feed (
      id bigserial primary key,
      xid xid8 not null default pg_current_xact_id(),
      at_ms double precision not null default extract(epoch from clock_timestamp()) * 1000,
      what text not null,
      group_key text
    )`,
    'create index feed_by_commit on feed (xid, id)',
    'create index feed_by_time on feed (at_ms)',
    `create table feed_state (
      id integer primary key,
      epoch text not null,
      purged_xid xid8 not null,
      purged_id bigint not null
    )`,
    // Numbers as messages write them, to be searched by; null in older rows and in repeats.
    'alter table receipts add column patient_value text',
    'alter table receipts add column order_value text',
    `create index receipts_by_patient on receipts (patient_value, received_ms)
      where patient_value is not null`,
    `create index receipts_by_order on receipts (order_value, received_ms)
      where order_value is not null`,
    // What was made of each answer; null in the rows of a version before.
    'alter table model_runs add column scores text',
    'alter table model_runs add column abstained text',
    'alter table model_runs add column agreement text',
    `create table sessions (
      digest text primary key,
      subject text not null,
      name text not null,
      roles text not null,
      csrf text not null,
      opened_ms double precision not null,
      used_ms double precision not null
    )`,
    `create table logins (
      digest text primary key,
      state text not null,
      nonce text not null,
      verifier text not null,
      at_ms double precision not null
    )`,
    'create index logins_by_time on logins (at_ms)',
    `create table destination_pauses (
      destination text primary key,
      actor text not null,
      at_ms double precision not null
    )`,
    'create index deliveries_by_destination on deliveries (destination, delivered_ms)',
    // When an ECG was taken, or where its clock is in doubt when it came; null in older rows.
    'alter table ecgs add column current_ms double precision',
    'create index ecgs_current on ecgs ((coalesce(current_ms, arrived_ms)))',
    triggerFunction(
      'feed_ecg',
      `insert into feed (what, group_key) values ('ecg', coalesce(new.patient_key, new.id));
       if tg_op = 'UPDATE' then
         insert into feed (what, group_key) values ('ecg', coalesce(old.patient_key, old.id));
       end if;`,
    ),
    'create trigger feed_ecg after insert on ecgs for each row execute function feed_ecg()',
    `create trigger feed_ecg_moved after update of patient_key on ecgs for each row
      when (old.patient_key is distinct from new.patient_key) execute function feed_ecg()`,
    triggerFunction(
      'feed_assessment',
      `insert into feed (what, group_key) values ('assessment', ${GROUP_OF_ECG('new.ecg_id')});`,
    ),
    `create trigger feed_assessment after update of state on assessments for each row
      when (old.state is distinct from new.state) execute function feed_assessment()`,
    triggerFunction(
      'feed_end',
      `insert into feed (what, group_key) values ('correction', ${GROUP_OF_ECG('new.ecg_id')});`,
    ),
    'create trigger feed_end after insert on ecg_ends for each row execute function feed_end()',
    triggerFunction(
      'feed_alert',
      `insert into feed (what, group_key)
         values ('alert', coalesce(new.patient_key, ${GROUP_OF_ECG('new.ecg_id')}));
       if tg_op = 'UPDATE' and old.patient_key is distinct from new.patient_key then
         insert into feed (what, group_key) values ('alert', old.patient_key);
       end if;`,
    ),
    `create trigger feed_alert after insert or update on alerts
      for each row execute function feed_alert()`,
    triggerFunction('feed_delivery', `insert into feed (what) values ('delivery');`),
    `create trigger feed_delivery after update of state on deliveries for each row
      when (old.state is distinct from new.state
        and (old.state = 'parked' or new.state = 'parked')) execute function feed_delivery()`,
  ],
};
