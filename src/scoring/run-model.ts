import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import type { ModelOutcome } from '../core/decision/scorer.js';
import { failure, failureOf, ok, refuse, type Failure, type Result } from '../core/failure.js';
import { findingsOf, type Logits } from './ensemble.js';
import type { PackedEcg } from './packed-ecg.js';
import { prepareInputs, type PreparedInputs } from './preprocess.js';
import type { OpenModel } from './session.js';

/** One model's word on one ECG. Whatever goes wrong stays with this model. */
export async function runModel(model: OpenModel, ecg: PackedEcg): Promise<ModelOutcome> {
  const { id, version } = model.card;
  const startedMs = performance.now();
  const answered = await answer(model, ecg);
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

async function answer({ card, sessions }: OpenModel, ecg: PackedEcg) {
  const inputs = prepareInputs(card, ecg);
  if (!inputs.ok) return inputs;
  const logits = await runMembers({ card, sessions }, inputs.value);
  if (!logits.ok) return logits;
  return ok({
    logits: logits.value,
    findings: findingsOf(card, logits.value),
    inputStatistics: inputs.value.statistics,
  });
}

/** Per output tensor, per member, the raw values; a value that is no number is a failed run. */
export async function runMembers(
  { card, sessions }: OpenModel,
  inputs: PreparedInputs,
): Promise<Result<Logits>> {
  const feeds: Record<string, Tensor> = {};
  for (const [name, { dims, data }] of Object.entries(inputs.tensors)) {
    feeds[name] = new Tensor('float32', data, dims);
  }
  const wanted = card.outputs.map(({ tensor }) => tensor);
  const logits: Record<string, number[][]> = {};
  for (const [i, session] of sessions.entries()) {
    const file = card.members[i]?.file ?? '';
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await session.run(feeds, wanted);
    } catch (error) {
      return refuse('model-run-failed', `${file} failed (${failureOf(error).detail})`);
    }
    for (const { tensor, classes } of card.outputs) {
      const values = Array.from((outputs[tensor] as Tensor).data as Float32Array);
      if (values.length !== classes.length || !values.every(Number.isFinite)) {
        return { ok: false, failure: badValues(file, tensor) };
      }
      (logits[tensor] ??= []).push(values);
    }
  }
  return ok(logits);
}

function badValues(file: string, tensor: string): Failure {
  return failure('model-run-failed', `${file} gave no usable values in ${tensor}`);
}
