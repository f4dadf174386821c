import { sql, type Kysely } from 'kysely';
import {
  LOGINS_MAX,
  USE_NOTED_EVERY_MS,
  type PendingLogin,
  type Session,
  type SessionQuery,
  type Sessions,
} from '../sessions.js';
import type { Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

type Db = Kysely<Tables>;

export function createSessions(db: Db): Sessions {
  return {
    async open({ digest, subject, name, roles, csrf, openedAtMs }) {
      await db
        .insertInto('sessions')
        .values({
          digest,
          subject: boundedText(subject, NAME_CHARACTERS_MAX),
          name: boundedText(name, NAME_CHARACTERS_MAX),
          roles: JSON.stringify(roles),
          csrf,
          opened_ms: openedAtMs,
          used_ms: openedAtMs,
        })
        .execute();
    },
    find: (query) => find(db, query),
    async close(digest) {
      await db.deleteFrom('sessions').where('digest', '=', digest).execute();
    },
    async beginLogin({ digest, state, nonce, verifier, atMs }) {
      await db
        .insertInto('logins')
        .values({ digest, state, nonce, verifier, at_ms: atMs })
        .execute();
      await sql`delete from logins where digest in (
        select digest from logins order by at_ms desc offset ${LOGINS_MAX})`.execute(db);
    },
    takeLogin: (digest, notBeforeMs) => takeLogin(db, digest, notBeforeMs),
    async purge(usedBeforeMs, openedBeforeMs) {
      await db.deleteFrom('logins').where('at_ms', '<', usedBeforeMs).execute();
      const gone = await db
        .deleteFrom('sessions')
        .where((eb) =>
          eb.or([eb('used_ms', '<', usedBeforeMs), eb('opened_ms', '<', openedBeforeMs)]),
        )
        .executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

async function find(db: Db, query: SessionQuery): Promise<Session | null> {
  const { digest, usedSinceMs, openedSinceMs, nowMs, isUse } = query;
  const row = await db
    .selectFrom('sessions')
    .select(['digest', 'subject', 'name', 'roles', 'csrf', 'opened_ms', 'used_ms'])
    .where('digest', '=', digest)
    .where('used_ms', '>=', usedSinceMs)
    .where('opened_ms', '>=', openedSinceMs)
    .executeTakeFirst();
  if (!row) return null;
  if (isUse && nowMs - row.used_ms >= USE_NOTED_EVERY_MS) {
    await db
      .updateTable('sessions')
      .set({ used_ms: nowMs })
      .where('digest', '=', digest)
      .where('used_ms', '<', nowMs)
      .execute();
  }
  return {
    digest,
    subject: row.subject,
    name: row.name,
    roles: JSON.parse(row.roles) as string[],
    csrf: row.csrf,
    openedAtMs: row.opened_ms,
    usedAtMs: row.used_ms,
  };
}

/** One statement, so that of two that ask at once one gets it. */
async function takeLogin(
  db: Db,
  digest: string,
  notBeforeMs: number,
): Promise<PendingLogin | null> {
  const row = await db
    .deleteFrom('logins')
    .where('digest', '=', digest)
    .returning(['state', 'nonce', 'verifier', 'at_ms'])
    .executeTakeFirst();
  if (!row || row.at_ms < notBeforeMs) return null;
  return { digest, state: row.state, nonce: row.nonce, verifier: row.verifier, atMs: row.at_ms };
}
