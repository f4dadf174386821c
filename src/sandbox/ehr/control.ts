import type { JSONWebKeySet } from 'jose';
import { asRecord, asText } from '../../wire/fhir/resource.js';
import { parseJson, type HttpAnswer } from './http.js';
import type { Hl7Inbox } from './inbox.js';
import { Problem } from './problem.js';
import type { SmartServer } from './smart.js';
import type { EhrStore } from './store.js';
import { parseTrouble, type Trouble, type TroubleMaker } from './trouble.js';

export interface Controlled {
  readonly store: EhrStore;
  readonly maker: TroubleMaker;
  readonly smart: SmartServer;
  readonly inbox: () => Hl7Inbox | null;
  readonly trouble: (trouble: Partial<Trouble>) => void;
  readonly refuse: (forMs: number) => void;
}

const REFUSE_MS = 1_000;

/** What a tester sets and counts over HTTP, below /sandbox/. Never part of a real EHR. */
export function control(
  method: string,
  url: URL,
  body: string,
  { store, maker, smart, inbox, trouble, refuse }: Controlled,
): HttpAnswer {
  const type = url.searchParams.get('type') ?? '';
  const [what = '', id = ''] = url.pathname.replace(/^\/sandbox\//, '').split('/');
  switch (`${method} ${what}`) {
    case 'GET trouble':
      return json(maker.inForce);
    case 'PUT trouble':
      trouble(parseTrouble(parseJson(body)));
      return json(maker.inForce);
    case 'DELETE trouble':
      trouble({});
      return DONE;
    case 'PUT clients':
      smart.register({ clientId: decodeURIComponent(id), ...parseClient(parseJson(body)) });
      return DONE;
    case 'DELETE tokens':
      smart.revokeAll();
      return DONE;
    case 'POST refuse':
      refuse(Number(url.searchParams.get('ms') ?? REFUSE_MS));
      return DONE;
    case 'GET count':
      return json({ count: store.all(type).length });
    case 'GET standing':
      return json(standing(store, type));
    case 'GET inbox':
      return json({ messages: (inbox()?.messages ?? []).map(toListed) });
    default:
      throw new Problem(404, 'not-found', 'nothing here');
  }
}

const DONE: HttpAnswer = Object.freeze({ status: 204, headers: {}, body: null });

function json(body: unknown): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function toListed({ bytes, ...rest }: Hl7Inbox['messages'][number]): unknown {
  return { ...rest, text: Buffer.from(bytes).toString('utf8') };
}

function parseClient(body: unknown): { keys: JSONWebKeySet | URL; scope?: string } {
  const given = asRecord(body);
  const address = asText(given?.['jwksUrl']);
  const jwks = asRecord(given?.['jwks']);
  const scope = asText(given?.['scope']);
  if (address !== null ? !URL.canParse(address) : !Array.isArray(jwks?.['keys'])) {
    throw new Problem(400, 'value', 'a client has jwks (a key set) or jwksUrl');
  }
  const keys = address === null ? (jwks as unknown as JSONWebKeySet) : new URL(address);
  return { keys, ...(scope === null ? {} : { scope }) };
}

/** How many resources that are not withdrawn carry each identifier: more than one is a double. */
function standing(store: EhrStore, type: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of store.all(type)) {
    if (one['status'] === 'entered-in-error') continue;
    for (const identifier of (one['identifier'] ?? []) as { system?: string; value?: string }[]) {
      const key = `${identifier.system ?? ''}|${identifier.value ?? ''}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}
