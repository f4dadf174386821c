import type { Kysely } from 'kysely';
import { patientIdOf } from '../identity.js';
import type { CdsCardNote, CdsFeedbackNote, CdsMemory } from '../cds.js';
import type { CdsCardRow, CdsFeedbackRow, Tables } from './tables.js';

/** So many outdated tokens go with each new one: the table stays as small as the traffic. */
const TOKENS_FORGOTTEN_AT_ONCE = 20;

export function createCdsMemory(db: Kysely<Tables>, now: () => number): CdsMemory {
  return {
    async admitToken(tokenKey, untilMs) {
      const outdated = db
        .selectFrom('cds_tokens')
        .select('token_key')
        .where('until_ms', '<', now())
        .limit(TOKENS_FORGOTTEN_AT_ONCE);
      await db.deleteFrom('cds_tokens').where('token_key', 'in', outdated).execute();
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('cds_tokens')
        .values({ token_key: tokenKey, until_ms: untilMs })
        .onConflict((on) => on.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async newestEcgs(patientKeys, sinceMs, limit) {
      if (patientKeys.length === 0) return [];
      const rows = await db
        .selectFrom('ecgs')
        .select('id')
        .where('patient_key', 'in', patientKeys.map(patientIdOf))
        .where('acquired_ms', '>=', sinceMs)
        // One that was corrected, withdrawn or moved to another patient says nothing any more.
        .where('id', 'not in', db.selectFrom('ecg_ends').select('ecg_id'))
        .orderBy('acquired_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async cardsShown(cards) {
      if (cards.length === 0) return;
      await db
        .insertInto('cds_cards')
        .values(cards.map(cardRow))
        .onConflict((on) => on.doNothing())
        .execute();
    },

    async feedback(feedback) {
      const card = await db
        .selectFrom('cds_cards')
        .selectAll()
        .where('card', '=', feedback.card)
        .executeTakeFirst();
      if (!card) return null;
      await db
        .insertInto('cds_feedback')
        .values(feedbackRow(feedback))
        .onConflict((on) => on.doNothing())
        .execute();
      return cardNote(card);
    },

    async feedbackOf(assessmentId) {
      const rows = await db
        .selectFrom('cds_feedback as f')
        .innerJoin('cds_cards as c', 'c.card', 'f.card')
        .selectAll('f')
        .where('c.assessment_id', '=', assessmentId)
        .orderBy('f.at_ms')
        .execute();
      return rows.map(feedbackNote);
    },
  };
}

function cardRow(note: CdsCardNote): CdsCardRow {
  const { card, service, assessmentId, ecgId, findingId, atMs } = note;
  return {
    card,
    service,
    assessment_id: assessmentId,
    ecg_id: ecgId,
    finding_id: findingId,
    at_ms: atMs,
  };
}

function cardNote(row: CdsCardRow): CdsCardNote {
  return {
    card: row.card,
    service: row.service,
    assessmentId: row.assessment_id,
    ecgId: row.ecg_id,
    findingId: row.finding_id,
    atMs: row.at_ms,
  };
}

function feedbackRow({
  card,
  atMs,
  outcome,
  reasonCode,
  comment,
  by,
}: CdsFeedbackNote): CdsFeedbackRow {
  return { card, at_ms: atMs, outcome, reason_code: reasonCode, comment, actor: by };
}

function feedbackNote(row: CdsFeedbackRow): CdsFeedbackNote {
  return {
    card: row.card,
    atMs: row.at_ms,
    outcome: row.outcome,
    reasonCode: row.reason_code,
    comment: row.comment,
    by: row.actor,
  };
}
