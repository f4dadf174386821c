import { sql, type Kysely } from 'kysely';
import type { Ecg } from '../../core/ecg/ecg.js';
import type { PatientIdentity } from '../../core/ecg/reading.js';
import type { EcgRecord } from '../ledger.js';
import { readWrittenEcg, type WrittenAbout } from './acceptance.js';
import { survivorOf } from './notices.js';
import { keyOf } from './same-ecg.js';
import type { Tables } from './tables.js';

type Source = EcgRecord['sources'][number] & { readonly reference: string | null };

export async function readEcg(db: Kysely<Tables>, ecgId: string): Promise<EcgRecord | null> {
  const row = await db
    .selectFrom('ecgs')
    .select(['id', 'entry', 'waveform', 'arrived_ms', 'patient_key'])
    .select(
      sql<Source[] | null>`(select json_agg(json_build_object('receiptId', receipt_id,
        'door', door, 'reference', source_reference) order by at_ms)
        from ecg_sources where ecg_id = ecgs.id)`.as('sources'),
    )
    .where('id', '=', ecgId)
    .executeTakeFirst();
  if (!row) return null;
  const { waveform } = row;
  const about = JSON.parse(row.entry) as WrittenAbout;
  const sources = row.sources ?? [];
  const patient = await patientNow(db, about, row.patient_key);
  let ecg: Ecg | null = null;
  return {
    // Rows of a version that kept none.
    vendorMeasurements: null,
    ...about,
    patient,
    // Tens of thousands of samples, which most readers of a record never look at.
    get ecg() {
      return (ecg ??= readWrittenEcg(about, waveform).ecg);
    },
    id: row.id,
    arrivedAtMs: row.arrived_ms,
    // Any door that knows the EHR's own resource will do, also one that came later.
    sourceReference: sources.find(({ reference }) => reference !== null)?.reference ?? null,
    sources: sources.map(({ receiptId, door }) => ({ receiptId, door })),
  };
}

/** Under a number that was merged since, the patient goes by the survivor's; the former stands beside. */
export async function patientNow(
  db: Kysely<Tables>,
  about: WrittenAbout,
  key: string | null,
): Promise<PatientIdentity | null> {
  const { patient } = about;
  const own = keyOf({ about });
  if (patient === null || own === null || own === key) return patient;
  const written = await survivorOf(db, own);
  if (written === null) return patient;
  const survivor = JSON.parse(written) as PatientIdentity;
  const { authority, value, others } = patient;
  return { ...survivor, others: [...survivor.others, { authority, value }, ...others] };
}
