import type { Examination } from '../core/decision/examination.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import { ok, type Failure } from '../core/failure.js';
import { findingsOf } from './ensemble.js';
import { findEvidence } from './evidence.js';
import type { PackedEcg } from './packed-ecg.js';
import { prepareInputs } from './preprocess.js';
import { runMembers } from './run-members.js';
import type { OpenModel } from './session.js';

/** One model's word on one ECG. Whatever goes wrong stays with this model. */
export async function runModel(
  model: OpenModel,
  ecg: PackedEcg,
  examination: Examination,
): Promise<ModelOutcome> {
  const { id, version } = model.card;
  const startedMs = performance.now();
  const answered = await answer(model, ecg, examination);
  if (!answered.ok) return silence(model, answered.failure);
  return {
    kind: 'answer',
    modelId: id,
    modelVersion: version,
    ...answered.value,
    runMs: performance.now() - startedMs,
  };
}

export function silence({ card }: OpenModel, why: Failure): ModelOutcome {
  return { kind: 'silence', modelId: card.id, modelVersion: card.version, failure: why };
}

async function answer(model: OpenModel, ecg: PackedEcg, examination: Examination) {
  const { card } = model;
  const prepared = prepareInputs(card, ecg);
  if (!prepared.ok) return prepared;
  const runs = await runMembers(model, prepared.value.tensors);
  if (!runs.ok) return runs;
  const { logits, distances } = runs.value;
  const shares = findingsOf(card, logits);
  const evidence = await findEvidence(model, prepared.value, runs.value, shares, examination);
  return ok({
    logits,
    findings: shares.map((one) => ({ ...one, evidence: evidence.get(one.findingId) ?? null })),
    distance: distances && distances.reduce((sum, one) => sum + one, 0) / distances.length,
    inputStatistics: prepared.value.statistics,
  });
}
