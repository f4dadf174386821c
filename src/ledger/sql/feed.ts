import { sql, type Kysely } from 'kysely';
import type { Feed, FeedChange, FeedPage, FeedSubject } from '../feed.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

/**
 * A cursor is `epoch.transaction.row`. The epoch is drawn when a database first serves a board: one
 * that was rebuilt or restored counts its transactions anew, and must not take an old cursor for one
 * of its own.
 */
export function createFeed(db: Db): Feed {
  return {
    async head() {
      const { rows } = await sql<{ xmin: string; epoch: string | null; ahead: boolean }>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
          (select epoch from feed_state where id = 1) as epoch,
          exists (select 1 from feed where xid >= pg_snapshot_xmax(pg_current_snapshot())) as ahead
      `.execute(db);
      const [row] = rows;
      if (!row) throw new Error('a select without a table gives one row');
      const epoch = row.epoch === null || row.ahead ? await begin(db, row.ahead) : row.epoch;
      return `${epoch}.${row.xmin}.0`;
    },
    after: (cursor, limit) => read(db, cursor, limit),
    async purge(olderThanMs) {
      const { rows } = await sql<{ count: number }>`
        with gone as (
          delete from feed where at_ms < ${olderThanMs}
            and xid < pg_snapshot_xmin(pg_current_snapshot()) returning xid, id
        ), last as (select xid, id from gone order by xid desc, id desc limit 1),
        noted as (
          update feed_state set purged_xid = last.xid, purged_id = last.id from last
          where (purged_xid, purged_id) < (last.xid, last.id)
        )
        select count(*)::int as count from gone`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

/** Rows from a life in which the database had counted further belong to nobody's cursor. */
async function begin(db: Db, isRestored: boolean): Promise<string> {
  const fresh = sql`left(replace(gen_random_uuid()::text, '-', ''), 8)`;
  await db.transaction().execute(async (tx) => {
    if (isRestored) {
      await sql`delete from feed`.execute(tx);
      await sql`delete from feed_state`.execute(tx);
    }
    await sql`insert into feed_state (id, epoch, purged_xid, purged_id) values (1, ${fresh}, '0', 0)
      on conflict (id) do nothing`.execute(tx);
  });
  const { rows } = await sql<{ epoch: string }>`
    select epoch from feed_state where id = 1`.execute(db);
  return rows[0]?.epoch ?? '';
}

const CURSOR = /^([0-9a-f]{8})\.(\d{1,18})\.(\d{1,18})$/;
const LOST: FeedPage = Object.freeze({ lost: true, changes: [], cursor: '', more: false });

interface Row {
  readonly epoch: string;
  readonly xmin: string;
  readonly lost: boolean;
  readonly changes: readonly { what: FeedSubject; group: string | null; xid: string; id: string }[];
}

async function read(db: Db, cursor: string, limit: number): Promise<FeedPage> {
  const [, epoch, xid, id] = CURSOR.exec(cursor) ?? [];
  if (epoch === undefined || xid === undefined || id === undefined) return LOST;
  const { rows } = await sql<Row>`
    with edge as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
    select state.epoch, edge.xmin::text as xmin,
      (edge.xmin < ${xid}::text::xid8 or (state.purged_xid, state.purged_id)
        > (${xid}::text::xid8, ${id}::text::bigint)) as lost,
      coalesce((
        select json_agg(json_build_object('what', what, 'group', group_key, 'xid', xid::text,
          'id', id::text) order by xid, id)
        from (
          select what, group_key, xid, id from feed
          where (xid, id) > (${xid}::text::xid8, ${id}::text::bigint) and xid < edge.xmin
          order by xid, id limit ${limit}
        ) page
      ), '[]'::json) as changes
    from feed_state state, edge where state.id = 1`.execute(db);
  const [row] = rows;
  if (row?.epoch !== epoch || row.lost) return LOST;
  const last = row.changes.at(-1);
  const more = row.changes.length === limit && last !== undefined;
  const changes: FeedChange[] = row.changes.map(({ what, group }) => ({ what, group }));
  const place = more ? `${last.xid}.${last.id}` : `${row.xmin}.0`;
  return { lost: false, changes, cursor: `${epoch}.${place}`, more };
}
