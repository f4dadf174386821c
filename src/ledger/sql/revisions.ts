import type { Kysely } from 'kysely';
import { patientKey, type PatientIdentity } from '../../core/ecg/reading.js';
import { patientIdOf } from '../identity.js';
import type { EcgEnd, Revisions } from '../revisions.js';
import { survivorOf } from './notices.js';
import type { EcgEndRow, Tables } from './tables.js';

export function createRevisions(db: Kysely<Tables>): Revisions {
  return {
    async endOf(ecgId) {
      const row = await db
        .selectFrom('ecg_ends')
        .selectAll()
        .where('ecg_id', '=', ecgId)
        .executeTakeFirst();
      return row ? toEnd(row) : null;
    },
    async replacedBy(ecgId) {
      const rows = await db
        .selectFrom('ecg_ends')
        .selectAll()
        .where('by_ecg_id', '=', ecgId)
        .orderBy('at_ms')
        .orderBy('ecg_id')
        .execute();
      return rows.map(toEnd);
    },
    async survivorOf(patient) {
      const survivor = await survivorOf(db, patientIdOf(patientKey(patient)));
      return survivor === null ? null : (JSON.parse(survivor) as PatientIdentity);
    },
  };
}

function toEnd(row: EcgEndRow): EcgEnd {
  return {
    ecgId: row.ecg_id,
    why: row.why,
    byEcgId: row.by_ecg_id,
    receiptId: row.receipt_id,
    atMs: row.at_ms,
  };
}
