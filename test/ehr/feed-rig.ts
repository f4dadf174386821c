import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../src/core/log.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { parseCriterion } from '../../src/ingest/fhir/feed/criterion.js';
import { EhrSweep } from '../../src/ingest/fhir/feed/ehr-sweep.js';
import { EventKeeper } from '../../src/ingest/fhir/feed/events.js';
import { startFeedStation } from '../../src/ingest/fhir/feed/feed-station.js';
import { SubscriptionKeeper } from '../../src/ingest/fhir/feed/keeper.js';
import type { SubscriptionWish } from '../../src/ingest/fhir/feed/own-subscription.js';
import { createFetchStation } from '../../src/ingest/fhir/fetch-station.js';
import { createRestHook } from '../../src/ingest/fhir/rest-hook.js';
import { createIntake } from '../../src/ingest/intake.js';
import { createRefusals } from '../../src/ingest/refusals.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { createFhirClient } from '../../src/wire/fhir/client.js';
import type { Credentials } from '../../src/wire/fhir/credentials.js';
import { JobRunner } from './job-runner.js';

/** The part of the service that learns of ECGs, whole, before a real ledger and a real EHR. */
export interface FeedRig {
  /** Our rest-hook. */
  readonly endpoint: string;
  /** Everything that was logged, with how often. */
  readonly told: ReadonlyMap<string, number>;
  /** Assessments that were asked to be scored, in their order, repeats included. */
  readonly scored: readonly string[];
  close(): Promise<void>;
}

export interface FeedRigOptions {
  readonly ledger: Ledger;
  readonly baseUrl: string;
  readonly feed: 'sweep' | 'rest-hook' | 'topic';
  readonly payload?: SubscriptionWish['payload'];
  readonly topic?: string;
  readonly credentials?: Credentials;
  readonly sweepEveryMs?: number;
  /** An answer that takes longer is none; short, so that an outage is short. */
  readonly requestMsMax?: number;
  readonly log?: Log;
}

export const ECG_CRITERION = 'Observation?code=http://loinc.org|11524-6';
const UNDER = { modelSet: 'models-1', policyVersion: 'policy-1' };
const RETRY = { delayMsFirst: 50, delayMsMax: 1_000, attemptsMax: 1_000 };
const SECRET = 'feed-rig-secret';

export async function openFeedRig(options: FeedRigOptions): Promise<FeedRig> {
  const { ledger, baseUrl, feed, credentials } = options;
  const told = new Map<string, number>();
  const log: Log = (event, fields) => {
    told.set(event, (told.get(event) ?? 0) + 1);
    options.log?.(event, fields);
  };
  const now = Date.now;
  const serverUrls = [baseUrl];
  const client = createFhirClient({
    baseUrl,
    alsoKnownAs: [],
    token: () => credentials?.token() ?? null,
    refused: (token) => credentials?.refused(token) ?? false,
    tls: null,
    requestMsMax: options.requestMsMax ?? 2_000,
    connectMsMax: 1_000,
    responseBytesMax: 32 * 1_048_576,
    connectionsMax: 8,
    now,
  });
  const jobs = new JobRunner();
  const intake = createIntake({ ledger, queue: jobs, log, under: UNDER, zoneOf: () => null, now });
  const refusals = createRefusals({ audit: ledger.audit, log, now });
  const common = { client, feeds: ledger.feeds, intake, log, now, serverUrls, refusals };
  const decode = (bytes: Uint8Array) => decodeEcg(bytes, { serverBaseUrl: baseUrl });
  const bounds = { bodyBytesMax: 8 * 1_048_576, bodyMsMax: 5_000 };
  const hook = createRestHook({ ...common, ...bounds, decode, canFetch: true });
  jobs.start(
    createFetchStation({
      ...common,
      ledger,
      queue: jobs,
      decode,
      retry: RETRY,
      random: Math.random,
    }),
  );
  const door = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${SECRET}`) {
      response.writeHead(401).end();
      return;
    }
    const path = (request.url ?? '').replace(/^\/hook\/?/, '');
    const contentType = request.headers['content-type'] ?? '';
    void hook.notify({ path, contentType, body: request }).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}/hook`;
  const wish: SubscriptionWish | null =
    feed === 'sweep'
      ? null
      : {
          kind: feed,
          endpoint,
          payload: options.payload ?? 'id-only',
          topic: options.topic ?? null,
          heartbeatSeconds: 10,
          secret: SECRET,
        };
  const events = feed === 'topic' ? new EventKeeper({ ...common, heartbeatMs: 10_000 }) : null;
  const station = startFeedStation({
    ...common,
    criteria: [parseCriterion(ECG_CRITERION)],
    sweep: new EhrSweep({ ...common, overlapMs: 10_000, backMs: 0 }),
    keeper: wish && new SubscriptionKeeper({ ...common, wish, events }),
    sweepEveryMs: options.sweepEveryMs ?? 2_000,
    checkEveryMs: 1_000,
    owner: randomUUID(),
  });
  return {
    endpoint,
    told,
    scored: jobs.scored,
    async close() {
      await station.stop();
      await jobs.stop();
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await client.close();
    },
  };
}
