import { sql, type Kysely } from 'kysely';
import type { Failure } from '../../core/failure.js';
import type { Destinations, DestinationState } from '../destinations.js';
import { readFailure } from './receipts.js';
import type { Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

type Db = Kysely<Tables>;

export function createDestinations(db: Db): Destinations {
  return {
    states: (nowMs) => states(db, nowMs),
    async pause(name, by, atMs) {
      await db
        .insertInto('destination_pauses')
        .values({ destination: name, actor: boundedText(by, NAME_CHARACTERS_MAX), at_ms: atMs })
        .onConflict((on) => on.doNothing())
        .execute();
    },
    async resume(name) {
      await db.deleteFrom('destination_pauses').where('destination', '=', name).execute();
    },
  };
}

/** As `failure()` writes it. */
const UNTAKEN = '{"code":"updates-not-taken"%';

interface Row extends Omit<DestinationState, 'lastFailure' | 'oldestMs'> {
  readonly oldestMs: number | null;
  readonly failure: string | null;
}

/** Each name is found by one step through the index, however many deliveries bear it. */
async function states(db: Db, nowMs: number): Promise<DestinationState[]> {
  const { rows } = await sql<Row>`
    with recursive names as (
      select min(destination) as name from deliveries
      union all
      select (select min(destination) from deliveries where destination > names.name)
      from names where names.name is not null
    ), open as (
      select destination, kind, state, created_ms, failure from deliveries
      where state in ('pending', 'claimed', 'parked')
    ), updates as (
      select distinct on (destination) destination,
        state = 'delivered' as taken from deliveries
      where alert_id is not null and kind = 'alert-update'
        and ((state = 'delivered' and remote_reference is not null)
          or (state = 'cancelled' and failure like ${UNTAKEN}))
      order by destination, created_ms desc
    )
    select name,
      coalesce((select json_agg(distinct kind) from open where destination = name), '[]') as kinds,
      pause.destination is not null as paused, pause.actor as "pausedBy",
      (select count(*)::int from open where destination = name and state <> 'parked') as pending,
      (select count(*)::int from open where destination = name and state = 'parked') as parked,
      (select min(created_ms) from open where destination = name and state <> 'parked')
        as "oldestMs",
      (select max(delivered_ms) from deliveries where destination = name) as "lastDeliveredMs",
      coalesce((select taken from updates where destination = name), true) as "takesUpdates",
      (select failure from open where destination = name and failure is not null
        order by created_ms desc limit 1) as failure
    from names left join destination_pauses pause on pause.destination = names.name
    where name is not null order by name`.execute(db);
  return rows.map(({ failure, oldestMs, ...row }) => ({
    ...row,
    oldestMs: oldestMs === null ? 0 : Math.max(0, nowMs - oldestMs),
    lastFailure: told(readFailure(failure)),
  }));
}

function told(failure: Failure | null): DestinationState['lastFailure'] {
  return failure && { code: failure.code, text: failure.detail };
}
