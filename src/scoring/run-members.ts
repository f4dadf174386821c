import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import type { ModelCard } from '../core/decision/card.js';
import { failure, failureOf, ok, refuse, type Failure, type Result } from '../core/failure.js';
import type { Logits } from './ensemble.js';
import type { PreparedTensor } from './preprocess.js';
import type { OpenModel } from './session.js';

/** What all members gave for one ECG. */
export interface MemberRuns {
  readonly logits: Logits;
  /** One a member; null where the card names no such tensor. */
  readonly distances: readonly number[] | null;
  readonly attention: AttentionMap | null;
}

/** Mean over the members, lead after lead; of a page, row after row. */
export interface AttentionMap {
  readonly leads: number;
  readonly steps: number;
  readonly values: Float32Array;
}

export type Feeds = Readonly<Record<string, PreparedTensor>>;

/** A value that is no number, and a tensor of another size than promised, is a failed run. */
export async function runMembers(model: OpenModel, feeds: Feeds): Promise<Result<MemberRuns>> {
  const { card, sessions } = model;
  const logits: Record<string, number[][]> = {};
  const distances: number[] = [];
  const maps: Tensor[] = [];
  for (const [i, session] of sessions.entries()) {
    const file = card.members[i]?.file ?? '';
    const run = await runMember(session, file, feeds, tensorsOf(card));
    if (!run.ok) return run;
    for (const { tensor, classes } of card.outputs) {
      const values = floatsOf(run.value[tensor]);
      if (values?.length !== classes.length) return badValues(file, tensor);
      (logits[tensor] ??= []).push(Array.from(values));
    }
    if (card.distance) {
      const [distance] = floatsOf(run.value[card.distance.tensor]) ?? [];
      if (distance === undefined) return badValues(file, card.distance.tensor);
      distances.push(distance);
    }
    if (card.evidence?.kind === 'attention') {
      const map = run.value[card.evidence.tensor];
      if (!map || !floatsOf(map)) return badValues(file, card.evidence.tensor);
      maps.push(map);
    }
  }
  const attention = meanMap(maps);
  return ok({ logits, distances: card.distance ? distances : null, attention });
}

/** One member on one feed, whatever its batch. */
export async function runMember(
  session: InferenceSession,
  file: string,
  feeds: Feeds,
  wanted: readonly string[],
): Promise<Result<Readonly<Record<string, Tensor>>>> {
  const given: Record<string, Tensor> = {};
  for (const [name, { dims, data }] of Object.entries(feeds)) {
    given[name] = new Tensor('float32', data, dims);
  }
  try {
    const outputs = await session.run(given, [...wanted]);
    const tensors: Record<string, Tensor> = {};
    for (const name of wanted) {
      const found = outputs[name];
      if (!(found instanceof Tensor)) return badValues(file, name);
      tensors[name] = found;
    }
    return ok(tensors);
  } catch (error) {
    return refuse('model-run-failed', `${file} failed (${failureOf(error).detail})`);
  }
}

function tensorsOf({ outputs, distance, evidence }: ModelCard): readonly string[] {
  return [
    ...outputs.map(({ tensor }) => tensor),
    ...(distance ? [distance.tensor] : []),
    ...(evidence?.kind === 'attention' ? [evidence.tensor] : []),
  ];
}

/** Null where it is not float32 or any value is no number. */
export function floatsOf(tensor: Tensor | undefined): Float32Array | null {
  if (!(tensor?.data instanceof Float32Array)) return null;
  return tensor.data.every(Number.isFinite) ? tensor.data : null;
}

function meanMap(maps: readonly Tensor[]): AttentionMap | null {
  const [first] = maps;
  if (!first) return null;
  const [, leads = 0, steps = 0] = first.dims;
  const values = new Float32Array(leads * steps);
  for (const map of maps) {
    const data = floatsOf(map);
    if (data?.length !== values.length) return null;
    for (let i = 0; i < values.length; i += 1) {
      values[i] = (values[i] as number) + (data[i] as number) / maps.length;
    }
  }
  return { leads, steps, values };
}

function badValues(
  file: string,
  tensor: string,
): { readonly ok: false; readonly failure: Failure } {
  return {
    ok: false,
    failure: failure('model-run-failed', `${file} gave no usable values in ${tensor}`),
  };
}
