import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { ModelCard, ModelInput } from '../core/decision/card.js';
import { failureOf, ok, refuse, type Result } from '../core/failure.js';
import { readBytes } from './card.js';

/** A model whose files are what its card says and whose networks are in memory. */
export interface OpenModel {
  readonly card: ModelCard;
  readonly sessions: readonly InferenceSession[];
}

const MEMBER_BYTES_MAX = 512 * 1024 * 1024;
const WORDS_MAX = 200;
/** Only what ends the process; all else comes back to us as an error with a code of ours. */
const FATAL_ONLY = 4;

export async function openMembers(
  folder: string,
  card: ModelCard,
  intraOpThreads: number,
): Promise<Result<OpenModel>> {
  const sessions: InferenceSession[] = [];
  for (const { file, sha256 } of card.members) {
    const opened = await openMember(join(folder, file), file, sha256, intraOpThreads);
    const fault = opened.ok ? tensorFault(card, opened.value) : null;
    if (opened.ok) sessions.push(opened.value);
    if (opened.ok && fault === null) continue;
    await releaseSessions(sessions);
    return opened.ok ? refuse('model-invalid', `${file}: ${fault ?? ''}`) : opened;
  }
  return ok({ card, sessions });
}

export async function releaseSessions(sessions: readonly InferenceSession[]): Promise<void> {
  for (const session of sessions) await session.release();
}

/** Hashed and loaded from the same bytes, so that no other file can slip in between. */
async function openMember(
  path: string,
  file: string,
  sha256: string,
  intraOpThreads: number,
): Promise<Result<InferenceSession>> {
  const bytes = await readBytes(path, MEMBER_BYTES_MAX);
  if (!bytes.ok) return bytes;
  const found = createHash('sha256').update(bytes.value).digest('hex');
  if (found !== sha256) {
    return refuse(
      'model-invalid',
      `${file} has SHA-256 ${found.slice(0, 12)}…, the card says ${sha256.slice(0, 12)}…`,
    );
  }
  try {
    return ok(
      await InferenceSession.create(bytes.value, {
        intraOpNumThreads: intraOpThreads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        logSeverityLevel: FATAL_ONLY,
        // A waiting operator thread would otherwise burn the core that the doors need.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
    );
  } catch (error) {
    return refuse('model-invalid', `${file} cannot be loaded: ${saidBy(error)}`);
  }
}

/** The runtime's own words about a file of weights, which know of no patient. */
function saidBy(error: unknown): string {
  const hasWords = typeof error === 'object' && error !== null && 'message' in error;
  return (hasWords ? String(error.message) : failureOf(error).detail).slice(0, WORDS_MAX);
}

/** The first way in which a network's tensors are not the card's; null when they all are. */
function tensorFault(card: ModelCard, session: InferenceSession): string | null {
  const { inputMetadata, outputMetadata } = session;
  const inputs = card.inputs.map((input) => [input.tensor, shapeOf(input)] as const);
  const outputs = card.outputs.map(({ tensor, classes }) => [tensor, [classes.length]] as const);
  return (
    namesFault('input', inputMetadata, inputs) ??
    firstFault(inputMetadata, inputs) ??
    firstFault(outputMetadata, [...outputs, ...besideOutputs(card)]) ??
    batchFault(card, inputMetadata)
  );
}

/** How many steps an attention map has is the network's own business. */
const ANY_LENGTH = -1;

function besideOutputs({ inputs, distance, evidence }: ModelCard): Wanted {
  // A map over a page has as many rows as its network likes.
  const leads = inputs.find((one) => one.kind === 'waveform')?.leads.length ?? ANY_LENGTH;
  return [
    ...(distance ? [[distance.tensor, [1]] as const] : []),
    ...(evidence?.kind === 'attention' ? [[evidence.tensor, [leads, ANY_LENGTH]] as const] : []),
  ];
}

/** Copies with parts flattened run as one batch, which a closed batch axis cannot take. */
function batchFault({ evidence }: ModelCard, inputs: Metadata): string | null {
  if (evidence?.kind !== 'lead-occlusion') return null;
  const closed = inputs.find((one) => one.isTensor && typeof one.shape[0] === 'number');
  return closed ? `the batch axis of ${closed.name} is closed, lead-occlusion needs it open` : null;
}

function shapeOf(input: ModelInput): readonly number[] {
  switch (input.kind) {
    case 'waveform':
      return [input.leads.length, input.samples];
    case 'picture':
      return [1, input.height, input.width];
    case 'demographics':
      return [input.fields.length];
  }
}

type Metadata = readonly InferenceSession.ValueMetadata[];
type Wanted = readonly (readonly [tensor: string, shape: readonly number[]])[];

/** An input that the card does not feed makes every run fail; an output that it ignores is fine. */
function namesFault(kind: string, metadata: Metadata, wanted: Wanted): string | null {
  const unfed = metadata.find(({ name }) => !wanted.some(([tensor]) => tensor === name));
  return unfed ? `${kind} ${unfed.name} is not in the card` : null;
}

function firstFault(metadata: Metadata, wanted: Wanted): string | null {
  for (const [tensor, shape] of wanted) {
    const found = metadata.find(({ name }) => name === tensor);
    if (!found) return `tensor ${tensor} of the card is not in the network`;
    if (!found.isTensor || found.type !== 'float32') return `tensor ${tensor} is not float32`;
    if (!shapeFits(found.shape, shape)) {
      const says = ['n', ...shape.map((one) => (one === ANY_LENGTH ? 'steps' : one))].join(', ');
      return `tensor ${tensor} is [${found.shape.join(', ')}], the card says [${says}]`;
    }
  }
  return null;
}

/** The batch axis is 1 or open; an axis that the network leaves open takes any length. */
function shapeFits(found: readonly (number | string)[], shape: readonly number[]): boolean {
  const wanted = [1, ...shape];
  return (
    found.length === wanted.length &&
    found.every(
      (length, i) => typeof length === 'string' || wanted[i] === ANY_LENGTH || length === wanted[i],
    )
  );
}
