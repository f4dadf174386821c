import type { Kysely } from 'kysely';
import type { Audit, Audited, AuditEntry } from '../audit.js';
import type { AuditRow, Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

export function createAudit(db: Kysely<Tables>, now: () => number): Audit {
  return {
    async record(entry) {
      await db.insertInto('audit').values(newAuditRow(entry, now())).execute();
    },
    async list(limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toAudited);
    },
    async after(id, limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('id', '>', id)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toAudited);
    },
  };
}

export function newAuditRow(entry: AuditEntry, atMs: number): Omit<AuditRow, 'id'> {
  const { actor, action, subject, outcome = 'done', via = null, address = null } = entry;
  return {
    at_ms: atMs,
    actor: boundedText(actor, NAME_CHARACTERS_MAX),
    action: boundedText(action, NAME_CHARACTERS_MAX),
    subject: boundedText(subject, NAME_CHARACTERS_MAX),
    outcome,
    via,
    address: address === null ? null : boundedText(address, NAME_CHARACTERS_MAX),
  };
}

function toAudited(row: Omit<AuditRow, 'id'> & { readonly id: number | string }): Audited {
  return {
    // A bigserial comes as text.
    id: Number(row.id),
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    outcome: row.outcome ?? 'done',
    via: row.via,
    address: row.address,
  };
}
