import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCard } from '../core/decision/card.js';
import { refuse, type Failure, type Result } from '../core/failure.js';
import { CARD_LIMITS } from './card-schema.js';
import { codeOf, loadCard, readBytes } from './card.js';

export interface RejectedModel {
  readonly folder: string;
  readonly failure: Failure;
}

export interface Verified<Model> {
  readonly ready: readonly Model[];
  readonly rejected: readonly RejectedModel[];
}

const MODELS_MAX = 32;
/** Holds the programs that make models, beside the models. */
const NOT_A_MODEL = 'training';

/** The cards alone, for a process that names the model set and scores nothing itself. */
export function readCards(modelsDir: string): Promise<Verified<ModelCard>> {
  return eachModelFolder(modelsDir, loadCard);
}

/** SHA-256 of each model's card.json, which names its weights by theirs: what a policy approves. */
export async function readCardDigests(
  modelsDir: string,
  cards: readonly Pick<ModelCard, 'id'>[],
): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const { id } of cards) {
    const bytes = await readBytes(join(modelsDir, id, 'card.json'), CARD_LIMITS.bytesMax);
    if (bytes.ok) digests[id] = createHash('sha256').update(bytes.value).digest('hex');
  }
  return Object.freeze(digests);
}

/** Which weights answer, in a dozen letters: ids, versions and hashes of all members. */
export function modelSetOf(cards: readonly ModelCard[]): string {
  const lines = cards.map(({ id, version, members }) =>
    [`${id}@${version}`, ...members.map(({ sha256 }) => sha256)].join(' '),
  );
  const digest = createHash('sha256').update(lines.sort().join('\n')).digest('hex');
  return `models-${digest.slice(0, 12)}`;
}

export async function eachModelFolder<Model>(
  modelsDir: string,
  open: (folder: string) => Promise<Result<Model>>,
): Promise<Verified<Model>> {
  const ready: Model[] = [];
  const rejected: RejectedModel[] = [];
  const folders = await modelFolders(modelsDir);
  if (!folders.ok) return { ready, rejected: [{ folder: modelsDir, failure: folders.failure }] };
  for (const folder of folders.value) {
    const opened = await open(join(modelsDir, folder));
    if (opened.ok) ready.push(opened.value);
    else rejected.push({ folder, failure: opened.failure });
  }
  return { ready, rejected };
}

async function modelFolders(modelsDir: string): Promise<Result<readonly string[]>> {
  const folders: string[] = [];
  try {
    for (const name of (await readdir(modelsDir)).sort()) {
      if (name === NOT_A_MODEL || name.startsWith('.')) continue;
      if ((await stat(join(modelsDir, name))).isDirectory()) folders.push(name);
    }
  } catch (error) {
    return refuse('model-invalid', `models folder cannot be read (${codeOf(error)})`);
  }
  if (folders.length === 0) return refuse('model-invalid', 'models folder holds no model');
  if (folders.length <= MODELS_MAX) return { ok: true, value: folders };
  return refuse('model-invalid', `${folders.length} models, ${MODELS_MAX} are allowed`);
}
