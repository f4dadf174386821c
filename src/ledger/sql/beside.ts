import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Beside, BesideItem } from '../beside.js';
import { patientIdOf } from '../identity.js';
import { survivingKey } from './formers.js';
import type { BesideItemRow, Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

const HOUR_MS = 3_600_000;
export const BESIDE_BEFORE_MS = 24 * HOUR_MS;
export const BESIDE_AFTER_MS = 12 * HOUR_MS;
/** More beside one ECG nobody reads. */
export const BESIDE_ITEMS_MAX = 200;
/** Evidence is looked for beside ECGs that came lately; an archive is not read at the EHR again. */
export const BESIDE_ARRIVED_MS_MAX = 6 * HOUR_MS;

export function createBeside(db: Kysely<Tables>, now: () => number): Beside {
  return {
    async ofEcg(ecgId) {
      const ecg = await db
        .selectFrom('ecgs')
        .select(['patient_key', 'acquired_ms', 'arrived_ms'])
        .where('id', '=', ecgId)
        .executeTakeFirst();
      if (!ecg || ecg.patient_key === null) return [];
      const atMs = ecg.acquired_ms ?? ecg.arrived_ms;
      const rows = await db
        .selectFrom('beside_items')
        .select('item')
        .where('patient_key', 'in', await keysOf(db, ecg.patient_key))
        .where('at_ms', '>=', atMs - BESIDE_BEFORE_MS)
        .where('at_ms', '<=', atMs + BESIDE_AFTER_MS)
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(BESIDE_ITEMS_MAX)
        .execute();
      return onceEach(rows.map(({ item }) => JSON.parse(item) as BesideItem));
    },
    note: (patientKey, items) => note(db, patientKey, items),
    async dueReads(nowMs, limit) {
      const { rows } = await sql<{ id: string; reads: number }>`
        select e.id, coalesce(r.reads, 0) as reads from ecgs e
        left join beside_reads r on r.ecg_id = e.id
        where e.arrived_ms >= ${nowMs - BESIDE_ARRIVED_MS_MAX} and e.patient_key is not null
          and (r.ecg_id is null or r.due_ms <= ${nowMs})
        order by e.arrived_ms limit ${limit}`.execute(db);
      return rows.map(({ id, reads }) => ({ ecgId: id, reads }));
    },
    async putOff(ecgId, againAtMs) {
      await db
        .insertInto('beside_reads')
        .values({ ecg_id: ecgId, reads: 0, due_ms: againAtMs })
        .onConflict((on) => on.column('ecg_id').doUpdateSet({ due_ms: againAtMs }))
        .execute();
    },
    async read(ecgId, againAtMs) {
      await db
        .insertInto('beside_reads')
        .values({ ecg_id: ecgId, reads: 1, due_ms: againAtMs })
        .onConflict((on) =>
          on
            .column('ecg_id')
            .doUpdateSet({ reads: sql`beside_reads.reads + 1`, due_ms: againAtMs }),
        )
        .execute();
      // Nobody looks at a row behind the window again.
      await sql`delete from beside_reads r where r.ecg_id in (
        select b.ecg_id from beside_reads b left join ecgs e on e.id = b.ecg_id
        where e.id is null or e.arrived_ms < ${now() - BESIDE_ARRIVED_MS_MAX} limit 100)`.execute(
        db,
      );
    },
  };
}

/** What came under a number that was merged since stands there still, so that a merge can be undone. */
async function keysOf(db: Kysely<Tables>, key: string): Promise<string[]> {
  const former = await db
    .selectFrom('patient_merges')
    .select('from_key')
    .where('to_key', '=', key)
    .execute();
  return [key, ...former.map(({ from_key }) => from_key)];
}

/** Told under a former number and under the present one, it is one. */
function onceEach(items: readonly BesideItem[]): BesideItem[] {
  const byName = new Map<string, BesideItem>();
  for (const item of items) {
    const name = nameOf(item).join(' ');
    if (!byName.has(name)) byName.set(name, item);
  }
  return [...byName.values()];
}

async function note(
  db: Kysely<Tables>,
  patientKey: string,
  items: readonly BesideItem[],
): Promise<number> {
  const own = patientIdOf(patientKey);
  const { rows: found } = await sql<{ key: string }>`select ${survivingKey(own)} as key`.execute(
    db,
  );
  const patient = found[0]?.key ?? own;
  const rows = items.slice(0, BESIDE_ITEMS_MAX).map((item) => toRow(patient, bounded(item)));
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  if (unique.length === 0) return 0;
  const known = await db
    .selectFrom('beside_items')
    .select('id')
    .where(
      'id',
      'in',
      unique.map(({ id }) => id),
    )
    .execute();
  await db
    .insertInto('beside_items')
    .values(unique)
    .onConflict((on) => on.column('id').doUpdateSet((eb) => ({ item: eb.ref('excluded.item') })))
    .execute();
  return unique.length - known.length;
}

function bounded(item: BesideItem): BesideItem {
  const cut = (text: string | null): string | null =>
    text === null ? null : boundedText(text, NAME_CHARACTERS_MAX);
  return {
    ...item,
    code: cut(item.code),
    display: boundedText(item.display, NAME_CHARACTERS_MAX),
    value: typeof item.value === 'string' ? cut(item.value) : item.value,
    unit: cut(item.unit),
    interpretation: cut(item.interpretation),
    reference: cut(item.reference),
  };
}

/** The same test at the same time is the same, by whichever way it was told. */
function nameOf({ kind, code, display, atMs }: BesideItem): readonly (string | number)[] {
  return [kind, code ?? display, Math.round(atMs / 1000)];
}

function toRow(patient: string, item: BesideItem): BesideItemRow {
  const named = [patient, ...nameOf(item)];
  const id = createHash('sha256').update(JSON.stringify(named)).digest('hex');
  return {
    id,
    patient_key: patient,
    kind: item.kind,
    at_ms: item.atMs,
    item: JSON.stringify(item),
  };
}
