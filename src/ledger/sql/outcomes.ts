import type { Kysely } from 'kysely';
import { outcomeIdOf } from '../identity.js';
import type { Outcome, OutcomePage, Outcomes } from '../outcomes.js';
import type { OutcomeRow, Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './text.js';

/** Told of an outcome before its row is written, so that a rebuilt ledger still knows it. */
export type OutcomeNote = (outcome: Outcome) => Promise<void>;

export const OUTCOMES_A_PAGE_MAX = 1_000;

export function createOutcomes(db: Kysely<Tables>, note: OutcomeNote): Outcomes {
  return {
    async record(outcome) {
      const bounded = toBounded(outcome);
      if (await isKnown(db, bounded)) return false;
      await note(bounded);
      return restoreOutcome(db, bounded);
    },
    async ofEcg(ecgId) {
      const rows = await db
        .selectFrom('outcomes')
        .selectAll()
        .where('ecg_id', '=', ecgId)
        .orderBy('at_ms')
        .orderBy('id')
        .execute();
      return rows.map(toOutcome);
    },
    export: (after, limit) => page(db, after, Math.min(limit, OUTCOMES_A_PAGE_MAX)),
  };
}

/** Its row, also where a journal brings it back; false when it stood already. */
export async function restoreOutcome(db: Kysely<Tables>, outcome: Outcome): Promise<boolean> {
  const born = await db
    .insertInto('outcomes')
    .values(toOutcomeRow(outcome))
    .onConflict((on) => on.doNothing())
    .returning('id')
    .executeTakeFirst();
  return born !== undefined;
}

async function isKnown(db: Kysely<Tables>, outcome: Outcome): Promise<boolean> {
  const row = await db
    .selectFrom('outcomes')
    .select('id')
    .where('id', '=', outcomeIdOf(outcome))
    .executeTakeFirst();
  return row !== undefined;
}

async function page(db: Kysely<Tables>, after: string | null, limit: number): Promise<OutcomePage> {
  let query = db.selectFrom('outcomes').selectAll().orderBy('at_ms').orderBy('id').limit(limit);
  const from = after === null ? null : parseCursor(after);
  if (from) {
    query = query.where((eb) =>
      eb.or([
        eb('at_ms', '>', from.atMs),
        eb.and([eb('at_ms', '=', from.atMs), eb('id', '>', from.id)]),
      ]),
    );
  }
  const rows = await query.execute();
  const last = rows.at(-1);
  const next = last && rows.length === limit ? `${last.at_ms}:${last.id}` : null;
  return { outcomes: rows.map(toOutcome), next };
}

/** One that was not ours starts from the beginning. */
function parseCursor(cursor: string): { readonly atMs: number; readonly id: string } | null {
  const [, atMs, id] = /^(-?\d+(?:\.\d+)?):(outcome-[0-9a-f]+)$/.exec(cursor) ?? [];
  return atMs === undefined || id === undefined ? null : { atMs: Number(atMs), id };
}

function toBounded(outcome: Outcome): Outcome {
  const { by, findingId, reason, code } = outcome;
  return {
    ...outcome,
    by: boundedText(by, NAME_CHARACTERS_MAX),
    findingId: boundedText(findingId, NAME_CHARACTERS_MAX),
    reason: reason === null ? null : boundedText(reason, TEXT_CHARACTERS_MAX),
    code: code === null ? null : boundedText(code, NAME_CHARACTERS_MAX),
  };
}

export function toOutcomeRow(outcome: Outcome): OutcomeRow {
  const { ecgId, assessmentId, findingId, says, by, source, reason, code, atMs } = outcome;
  return {
    id: outcomeIdOf(outcome),
    ecg_id: ecgId,
    assessment_id: assessmentId,
    finding_id: findingId,
    says,
    actor: by,
    source,
    reason,
    code,
    at_ms: atMs,
  };
}

function toOutcome(row: OutcomeRow): Outcome {
  return {
    ecgId: row.ecg_id,
    assessmentId: row.assessment_id,
    findingId: row.finding_id,
    says: row.says,
    by: row.actor,
    source: row.source,
    reason: row.reason,
    code: row.code,
    atMs: row.at_ms,
  };
}
