import { createEcg, type Ecg, type EcgPatient } from '../../src/core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../src/core/ecg/lead.js';
import { sharedPath } from '../support/shared.js';
import { floats, integers, readNpz, texts, type NumpyArray } from './npz.js';

export const PTBXL_RATE_HZ = 500;
/** The data set writes 300 for "over 89". */
const AGE_OVER_89 = 300;

export interface PtbxlRecord {
  readonly id: number;
  readonly patientNumber: number;
  readonly fold: number;
  readonly codes: ReadonlySet<string>;
  readonly patient: EcgPatient;
  /** I, II, V1 to V6 in microvolts. */
  readonly signals: readonly Int32Array[];
}

/** Null where the data is absent. */
export async function readPtbxl(): Promise<readonly PtbxlRecord[] | null> {
  const path = sharedPath('data/ptbxl_raw.npz');
  if (path === null) return null;
  const arrays = await readNpz(path);
  const get = (name: string): NumpyArray => {
    const array = arrays.get(name);
    if (!array) throw new Error(`${name} is missing in ${path}`);
    return array;
  };
  const steps = get('dx500_uV');
  const [, leadCount = 0, sampleCount = 0] = steps.shape;
  const codes = texts(get('codes'));
  const labels = integers(get('y'));
  const [ids, patients, folds] = ['ecg_id', 'patient', 'fold'].map((name) => integers(get(name)));
  const ages = floats(get('age'));
  const female = floats(get('sex_female'));
  return (ids ?? []).map((id, k) => ({
    id,
    patientNumber: patients?.[k] ?? -1,
    fold: folds?.[k] ?? -1,
    codes: new Set(codes.filter((_, c) => labels[k * codes.length + c])),
    patient: { ageYears: ageOf(ages[k]), sex: sexOf(female[k]) },
    signals: Array.from({ length: leadCount }, (_, lead) =>
      summed(steps.bytes, (k * leadCount + lead) * sampleCount, sampleCount),
    ),
  }));
}

function ageOf(years: number | undefined): number | null {
  if (years === undefined || Number.isNaN(years)) return null;
  return years === AGE_OVER_89 ? 90 : years;
}

function sexOf(female: number | undefined): 'male' | 'female' | null {
  if (female === undefined || Number.isNaN(female)) return null;
  return female > 0.5 ? 'female' : 'male';
}

/** The file holds differences from sample to sample. */
function summed(bytes: Buffer, from: number, count: number): Int32Array {
  const signal = new Int32Array(count);
  let level = 0;
  for (let i = 0; i < count; i += 1) {
    level += bytes.readInt16LE(2 * (from + i));
    signal[i] = level;
  }
  return signal;
}

export function ecgOf(
  record: PtbxlRecord,
  signals: readonly ArrayLike<number>[] = record.signals,
): Ecg {
  const ecg = createEcg({
    leads: INDEPENDENT_LEADS.map((name, k) => ({ name, microvolts: signals[k] ?? [] })),
    sampleRateHz: PTBXL_RATE_HZ,
    patient: record.patient,
  });
  if (!ecg.ok) throw new Error(`record ${record.id}: ${ecg.failure.detail}`);
  return ecg.value;
}
