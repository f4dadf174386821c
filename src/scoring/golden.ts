import { join } from 'node:path';
import { z } from 'zod';
import type { ModelCard } from '../core/decision/card.js';
import { createEcg } from '../core/ecg/ecg.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { failure, ok, refuse, type Failure, type Result } from '../core/failure.js';
import { faultsOf, parseJson, readBounded } from './card.js';
import type { Logits } from './ensemble.js';
import { packEcg, type PackedEcg } from './packed-ecg.js';
import type { PreparedInputs } from './preprocess.js';
import type { MemberRuns } from './run-members.js';

const GOLDEN_BYTES_MAX = 8 * 1024 * 1024;
const NUMBERS_MAX = 100_000;
/** How far our preparation of the golden ECG may lie from that of the training program. */
export const PREPARED_TOLERANCE = 1e-4;

const numbers = z.array(z.number()).min(1).max(NUMBERS_MAX);

const goldenSchema = z.strictObject({
  /** Says how the ECG came about; a golden ECG is never a person's. */
  made: z.string().max(500),
  sampleRateHz: z.number(),
  patient: z.strictObject({
    ageYears: z.number().nullable(),
    sex: z.enum(['male', 'female']).nullable(),
  }),
  /** Microvolts. */
  leads: z.partialRecord(z.enum(LEAD_NAMES), numbers),
  /** Every n-th value of each input tensor as the training program prepared it. */
  prepared: z.record(z.string(), z.strictObject({ every: z.int().min(1), values: numbers })),
  /** Per output tensor, per member, the raw values. */
  outputs: z.record(z.string(), z.array(numbers).min(1)),
});

type GoldenFile = z.infer<typeof goldenSchema>;

/** An ECG and what another implementation made of it at every step. */
export interface Golden {
  readonly ecg: PackedEcg;
  readonly prepared: GoldenFile['prepared'];
  readonly outputs: Logits;
}

export async function loadGolden(folder: string, card: ModelCard): Promise<Result<Golden>> {
  const { file } = card.golden;
  const text = await readBounded(join(folder, file), GOLDEN_BYTES_MAX);
  if (!text.ok) return text;
  const json = parseJson(file, text.value);
  if (!json.ok) return json;
  const parsed = goldenSchema.safeParse(json.value);
  if (!parsed.success) return refuse('model-invalid', faultsOf(file, parsed.error));
  const { sampleRateHz, patient, leads, prepared, outputs } = parsed.data;
  const ecg = createEcg({
    sampleRateHz,
    patient,
    leads: LEAD_NAMES.flatMap((name) => {
      const microvolts = leads[name];
      return microvolts ? [{ name, microvolts }] : [];
    }),
  });
  if (!ecg.ok) return refuse('model-invalid', `${file} holds no ECG: ${ecg.failure.detail}`);
  return ok({ ecg: packEcg(ecg.value), prepared, outputs });
}

/** Told apart from a wrong network: here the fault is in how the signal was prepared. */
export function preparedDifference(golden: Golden, inputs: PreparedInputs): Failure | null {
  for (const [tensor, { every, values }] of Object.entries(golden.prepared)) {
    const data = inputs.tensors[tensor]?.data;
    if (!data)
      return failure('model-invalid', `golden vector prepares ${tensor}, the card does not`);
    const greatest = values.reduce((most, value, i) => {
      return Math.max(most, Math.abs(value - (data[i * every] ?? Number.POSITIVE_INFINITY)));
    }, 0);
    if (!(greatest <= PREPARED_TOLERANCE)) {
      return differs(`prepared input ${tensor}`, greatest, PREPARED_TOLERANCE);
    }
  }
  return null;
}

export function outputDifference(
  card: ModelCard,
  golden: Golden,
  { logits, distances }: MemberRuns,
): Failure | null {
  const gave = new Map(card.outputs.map(({ tensor }) => [tensor, logits[tensor] ?? []]));
  if (card.distance && distances) {
    gave.set(
      card.distance.tensor,
      distances.map((one) => [one]),
    );
  }
  for (const [tensor, members] of gave) {
    const expected = golden.outputs[tensor];
    if (expected?.length !== card.members.length) {
      return failure('model-invalid', `golden vector lacks output ${tensor} of every member`);
    }
    for (const [i, values] of expected.entries()) {
      const found = members[i] ?? [];
      if (values.length !== found.length) {
        return failure('model-invalid', `golden output ${tensor} has ${values.length} values`);
      }
      const greatest = values.reduce((most, value, k) => {
        return Math.max(most, Math.abs(value - (found[k] ?? Number.NaN)));
      }, 0);
      if (!(greatest <= card.golden.tolerance)) {
        const file = card.members[i]?.file ?? '';
        return differs(`output ${tensor} of ${file}`, greatest, card.golden.tolerance);
      }
    }
  }
  return null;
}

function differs(what: string, by: number, tolerance: number): Failure {
  return failure(
    'model-invalid',
    `${what} differs from the golden vector by ${by.toPrecision(3)}, ${tolerance} is allowed`,
  );
}
