import { sql, type Kysely } from 'kysely';
import type { AlertRecord } from '../alerts.js';
import { selectAlerts, toAlert } from './alert-rows.js';
import type { Tables } from './tables.js';

/**
 * The alert to show with each ECG: one of its patient that is open, whichever ECG raised it, else the
 * last of its own.
 */
export async function alertsOf(
  db: Kysely<Tables>,
  ecgIds: readonly string[],
): Promise<ReadonlyMap<string, AlertRecord>> {
  const { rows } = await sql<{ readonly ecg_id: string; readonly alert_id: string }>`
    select distinct on (ecg_id) ecg_id, alert_id from (
      select e.id as ecg_id, a.id as alert_id, a.ended_ms, a.raised_ms
      from ecgs e join alerts a on a.patient_key = e.patient_key and a.ended_ms is null
      where e.id = any(${ecgIds}::text[])
      union all
      select s.ecg_id, a.id, a.ended_ms, a.raised_ms
      from assessments s join alert_assessments m on m.assessment_id = s.id
        join alerts a on a.id = m.alert_id
      where s.ecg_id = any(${ecgIds}::text[]) and not a.is_storm
    ) found order by ecg_id, (ended_ms is null) desc, raised_ms desc`.execute(db);
  if (rows.length === 0) return new Map();
  const ids = [...new Set(rows.map(({ alert_id }) => alert_id))];
  const alerts = await selectAlerts(db).where('id', 'in', ids).execute();
  const byId = new Map(alerts.map((row) => [row.id, toAlert(row)]));
  return new Map(
    rows.flatMap(({ ecg_id, alert_id }) => {
      const alert = byId.get(alert_id);
      return alert ? [[ecg_id, alert] as const] : [];
    }),
  );
}
