import { setTimeout as sleep } from 'node:timers/promises';
import { generateKeyPairSync } from 'node:crypto';
import type { Ledger } from '../../src/ledger/ledger.js';
import { ECG_TOPIC } from '../../src/sandbox/ehr/topics.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import type { Trouble } from '../../src/sandbox/ehr/trouble.js';
import type { Credentials } from '../../src/wire/fhir/credentials.js';
import { createSmartCredentials } from '../../src/wire/fhir/smart.js';
import { Transport } from '../../src/wire/fhir/transport.js';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { EcgSource } from '../chaos/ecgs.js';
import { openFeedRig, type FeedRig } from './feed-rig.js';

export interface StormOptions {
  readonly ledger: Ledger;
  readonly ecgs: number;
  readonly feed: 'rest-hook' | 'topic';
  readonly payload: 'empty' | 'id-only' | 'full-resource';
  readonly seed: number;
  /** How long the EHR is away, once. */
  readonly outageMs: number;
  readonly waitMsMax: number;
}

export interface StormReport {
  readonly ecgs: number;
  /** Recorded at the EHR, and never assessed here. */
  readonly lost: number;
  /** Asked to be assessed more than once. */
  readonly doubled: number;
  readonly elapsedMs: number;
  readonly told: Readonly<Record<string, number>>;
}

const CLIENT_ID = 'leadwire';
const SETTLE_MS = 250;
/** Long enough that a sweep still looks back to it, short enough that a storm is soon over. */
const TOKEN_SECONDS = 5;

/** What befalls the EHR, one after the other, over and over while ECGs are recorded. */
const TROUBLES: readonly Partial<Trouble>[] = [
  { loseNotifications: 7 },
  { repeatNotifications: 7 },
  { reorderNotifications: 7 },
  { status: 429, retryAfterSeconds: 0, only: 'all', times: 25 },
  { turnOffSubscriptions: true },
  { reset: 'before', only: 'read', times: 5 },
  { status: 503, only: 'token', times: 3 },
  { reset: 'after', only: 'all', times: 5 },
];

/** Records ECGs at an EHR that misbehaves, and counts what we made of them. */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const startedMs = Date.now();
  const ehr = await startSandboxEhr({ tokenSeconds: TOKEN_SECONDS });
  const transport = new Transport({
    tls: null,
    connectMsMax: 1_000,
    responseBytesMax: 1_048_576,
    connectionsMax: 4,
  });
  const rig = await openFeedRig({
    ledger: options.ledger,
    baseUrl: ehr.url,
    feed: options.feed,
    payload: options.payload,
    topic: ECG_TOPIC.url,
    credentials: await letIn(ehr, transport),
  });
  try {
    await untilActive(ehr, options.waitMsMax);
    await record(ehr, options);
    ehr.trouble({});
    const lost = await untilAllCame(rig, options);
    // What would come twice has had its time: three sweeps and all notifications held back.
    await sleep(SETTLE_MS * 24);
    return {
      ecgs: options.ecgs,
      lost,
      doubled: rig.scored.length - new Set(rig.scored).size,
      elapsedMs: Date.now() - startedMs,
      told: Object.fromEntries(rig.told),
    };
  } finally {
    await rig.close();
    await transport.close();
    await ehr.close();
  }
}

async function letIn(ehr: SandboxEhr, transport: Transport): Promise<Credentials> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  const publicJwk = { ...jwk, kid, alg: 'ES384' };
  ehr.register({ clientId: CLIENT_ID, keys: { keys: [publicJwk] } });
  return createSmartCredentials({
    clientId: CLIENT_ID,
    scope: 'system/*.cruds',
    baseUrl: ehr.url,
    tokenUrl: null,
    allowedHosts: [],
    keys: () => Promise.resolve([{ kid, alg: 'ES384', privateKey, publicJwk }]),
    transport,
    requestMsMax: 2_000,
    log: () => undefined,
    now: Date.now,
  });
}

async function untilActive(ehr: SandboxEhr, waitMsMax: number): Promise<void> {
  const untilMs = Date.now() + waitMsMax;
  const isActive = (): boolean =>
    ehr.store.all('Subscription').some((one) => one['status'] === 'active');
  while (!isActive()) {
    if (Date.now() > untilMs) throw new Error('the subscription did not become active');
    await sleep(SETTLE_MS / 10);
  }
}

/** Straight into the store: the one who records is not the one that the troubles are for. */
async function record(ehr: SandboxEhr, options: StormOptions): Promise<void> {
  const { ecgs, seed, outageMs } = options;
  const source = new EcgSource(seed, Date.now());
  const everyEcgs = Math.max(3, Math.floor(ecgs / (TROUBLES.length * 3)));
  for (let made = 0; made < ecgs; made += 1) {
    if (made % everyEcgs === 0) ehr.trouble(TROUBLES[(made / everyEcgs) % TROUBLES.length] ?? {});
    if (made === Math.floor(ecgs / 2)) await ehr.refuse(outageMs);
    const patient = ehr.store.put(
      {
        resourceType: 'Patient',
        gender: 'female',
        birthDate: '1961-02-03',
        identifier: [{ system: 'urn:oid:2.25.77', value: `S${seed}-${made}` }],
      },
      // One ledger may see several storms, and takes them for one EHR.
      `p-${seed}-${made}`,
    );
    const observation = JSON.parse(source.next().observation) as Record<string, unknown>;
    ehr.store.put(
      {
        ...observation,
        resourceType: 'Observation',
        contained: undefined,
        subject: { reference: `Patient/${patient.id}` },
      },
      `e-${seed}-${made}`,
    );
    if (made % 10 === 9) await sleep(SETTLE_MS);
  }
}

async function untilAllCame(rig: FeedRig, { ecgs, waitMsMax }: StormOptions): Promise<number> {
  const untilMs = Date.now() + waitMsMax;
  while (new Set(rig.scored).size < ecgs && Date.now() < untilMs) await sleep(SETTLE_MS);
  return ecgs - new Set(rig.scored).size;
}
