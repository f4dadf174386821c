import type { Kysely } from 'kysely';
import { leadOf, type Ecg } from '../../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { patientKey } from '../../core/ecg/reading.js';
import { patientIdOf } from '../identity.js';
import { readWrittenEcg, type WrittenAbout, type WrittenEcg } from './acceptance.js';
import type { Tables } from './tables.js';

/** Half a step of the coarsest recorder: two formats of one recording differ by no more. */
export const SAME_ECG_MICROVOLTS_MAX = 5;

export function keyOf({ about: { patient } }: Pick<WrittenEcg, 'about'>): string | null {
  return patient === null ? null : patientIdOf(patientKey(patient));
}

export async function loadEcg(db: Kysely<Tables>, id: string): Promise<Ecg | null> {
  const row = await db
    .selectFrom('ecgs')
    .select(['waveform', 'entry'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  return readWrittenEcg(JSON.parse(row.entry) as WrittenAbout, row.waveform).ecg;
}

export function isSameRecording(one: Ecg, written: WrittenEcg): boolean {
  const { ecg: two } = readWrittenEcg(written.about, written.waveform);
  if (one.sampleCount !== two.sampleCount || one.sampleRateHz !== two.sampleRateHz) return false;
  return INDEPENDENT_LEADS.every((name) => isSameTrace(leadOf(one, name), leadOf(two, name)));
}

function isSameTrace(one: { samples: ArrayLike<number> }, two: typeof one): boolean {
  const { samples: a } = one;
  const { samples: b } = two;
  for (let i = 0; i < a.length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference > SAME_ECG_MICROVOLTS_MAX || difference < -SAME_ECG_MICROVOLTS_MAX) return false;
  }
  return a.length === b.length;
}
