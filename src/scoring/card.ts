import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import type { ModelCard } from '../core/decision/card.js';
import { failureOf, ok, refuse, type Result } from '../core/failure.js';
import { cardContradictions } from './card-contradictions.js';
import { CARD_LIMITS, cardSchema } from './card-schema.js';

/** More faults than this are not listed: the first ones are what a person repairs first. */
const FAULTS_TOLD_MAX = 6;

/** The card of a model folder, or one failure that lists in plain words what is wrong with it. */
export async function loadCard(folder: string): Promise<Result<ModelCard>> {
  const text = await readBounded(join(folder, 'card.json'), CARD_LIMITS.bytesMax);
  if (!text.ok) return text;
  const card = parseCard(text.value);
  if (!card.ok || card.value.id === basename(folder)) return card;
  return refuse('model-invalid', `card.json calls itself ${card.value.id}, its folder does not`);
}

export function parseCard(text: string): Result<ModelCard> {
  const json = parseJson('card.json', text);
  if (!json.ok) return json;
  const parsed = cardSchema.safeParse(json.value);
  if (!parsed.success) return refuse('model-invalid', faultsOf('card.json', parsed.error));
  const card = parsed.data;
  const contradictions = cardContradictions(card);
  if (contradictions.length > 0) {
    return refuse('model-invalid', told('card.json', contradictions));
  }
  return ok(deepFreeze(card));
}

export async function readBounded(path: string, bytesMax: number): Promise<Result<string>> {
  const bytes = await readBytes(path, bytesMax);
  return bytes.ok ? ok(bytes.value.toString('utf8')) : bytes;
}

/** A model's own file, refused by name when it is absent or larger than any such file can be. */
export async function readBytes(path: string, bytesMax: number): Promise<Result<Buffer>> {
  const name = basename(path);
  try {
    const { size } = await stat(path);
    if (size > bytesMax) {
      return refuse('model-invalid', `${name} has ${size} bytes, ${bytesMax} are allowed`);
    }
    return ok(await readFile(path));
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
    return refuse('model-invalid', `${name} ${why}`);
  }
}

/** The operating system's word for what went wrong with a file. */
export function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode ? String(error.code) : failureOf(error).detail;
}

export function parseJson(name: string, text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return refuse('model-invalid', `${name} is not JSON`);
  }
}

export function faultsOf(name: string, error: z.ZodError): string {
  return told(
    name,
    error.issues.map(({ path, message }) => {
      const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : String(step)));
      return `${place.join('.').replaceAll('.[', '[')} ${plain(message)}`.trim();
    }),
  );
}

/** Zod's "Invalid input: expected string, received undefined" as a clause that follows a name. */
function plain(message: string): string {
  const said = message.replace(/^Invalid (input|option): /, '');
  if (said.startsWith('expected')) return `is wrong: ${said}`;
  return said.charAt(0).toLowerCase() + said.slice(1);
}

function told(name: string, faults: readonly string[]): string {
  const more = faults.length - FAULTS_TOLD_MAX;
  const shown = faults.slice(0, FAULTS_TOLD_MAX).join('; ');
  return `${name}: ${shown}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Also for a card that came over from a thread: a copy is born thawed. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
