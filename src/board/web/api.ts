import type { Me } from './contract.js';

/** Every call to the service. A refusal is thrown with the service's own words. */
const BASE = 'api/';
const CALL_MS_MAX = 20_000;
/** A picture waits for its turn and is read before it is answered. */
const FILE_MS_MAX = 120_000;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    text: string,
    readonly loginUrl: string | null,
  ) {
    super(text);
  }
}

let csrf = '';
let onLoginNeeded: (refusal: Refusal) => void = () => undefined;

export function whenLoginNeeded(tell: typeof onLoginNeeded): void {
  onLoginNeeded = tell;
}

export async function fetchMe(): Promise<Me> {
  const me = await get<Me>('me');
  csrf = me.csrf;
  return me;
}

export function get<T>(path: string): Promise<T> {
  return call(path, { method: 'GET' }) as Promise<T>;
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf': csrf },
    body: JSON.stringify(body),
  }) as Promise<T>;
}

/** What goes beside it is of a patient, so it stands in no address. */
export function postFile<T>(path: string, file: Blob, beside: URLSearchParams): Promise<T> {
  const type = file.type === '' ? 'application/octet-stream' : file.type;
  const headers = { 'content-type': type, 'x-csrf': csrf, 'x-beside': beside.toString() };
  return call(path, { method: 'POST', headers, body: file }, FILE_MS_MAX) as Promise<T>;
}

async function call(
  path: string,
  init: RequestInit,
  msMax: number = CALL_MS_MAX,
): Promise<unknown> {
  const signal = AbortSignal.timeout(msMax);
  const answer = await fetch(BASE + path, { ...init, signal, credentials: 'same-origin' }).catch(
    () => null,
  );
  if (answer === null) throw new Refusal(0, 'away', 'The service could not be reached.', null);
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  const text = await answer.text();
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  if (answer.ok) return body;
  const refusal = refusalOf(answer.status, body);
  if (refusal.status === 401) onLoginNeeded(refusal);
  throw refusal;
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly text?: string };
  readonly loginUrl?: string;
}

function refusalOf(status: number, body: unknown): Refusal {
  const { error, loginUrl } = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody;
  const text = error?.text ?? `The service answers ${status}.`;
  return new Refusal(status, error?.code ?? String(status), text, loginUrl ?? null);
}

/** What a person is told where something did not work. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  reportError(error);
  return 'This page met a fault of its own. Reload it.';
}
