import { randomUUID } from 'node:crypto';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Config } from './config.js';
import type { Log } from './core/log.js';
import { AlertEar } from './delivery/fhir/hear-alerts.js';
import { startHearingStation, type HearingStation } from './delivery/hearing-station.js';
import { openFhirClient, serverUrlsOf } from './fhir-access.js';
import { besideCodesOf } from './beside-codes.js';
import { kindsByCode } from './ingest/beside/codes.js';
import { readBeside } from './ingest/beside/reader.js';
import { startBesideStation, type BesideStation } from './ingest/beside/station.js';
import { parseCriterion } from './ingest/fhir/feed/criterion.js';
import { EhrSweep } from './ingest/fhir/feed/ehr-sweep.js';
import { EventKeeper } from './ingest/fhir/feed/events.js';
import { startFeedStation, type FeedStation } from './ingest/fhir/feed/feed-station.js';
import { SubscriptionKeeper } from './ingest/fhir/feed/keeper.js';
import type { SubscriptionWish } from './ingest/fhir/feed/own-subscription.js';
import type { Intake } from './ingest/intake.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkQueue } from './queue/queue.js';
import { INTAKE, LEDGER, LOG, QUEUE } from './tokens.js';
import type { FhirClient } from './wire/fhir/client.js';

const FEEDS = Symbol('Feeds');
/** LOINC: EKG study, 12-lead panel. */
const EARLIER_ECG_CODES = ['11524-6', '34534-8'];

/** What keeps the EHR talking to us: our Subscriptions, the sweep behind them, and its answers. */
@Module({})
export class FeedsModule {
  static with(config: Config): DynamicModule {
    return {
      module: FeedsModule,
      providers: [
        {
          provide: FEEDS,
          inject: [LEDGER, INTAKE, QUEUE, LOG],
          useFactory: (ledger: Ledger, intake: Intake, queue: WorkQueue, log: Log) =>
            new FeedRunner(config, ledger, intake, queue, log),
        },
      ],
    };
  }
}

class FeedRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #client: FhirClient | null = null;
  #station: FeedStation | null = null;
  #beside: BesideStation | null = null;
  #hearing: HearingStation | null = null;
  readonly #owner = randomUUID();

  constructor(
    private readonly config: Config,
    private readonly ledger: Ledger,
    private readonly intake: Intake,
    private readonly queue: WorkQueue,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { config, log } = this;
    const { fhirFeed, besideEvidence, fhirAlertAnswersSeconds: everySeconds } = config;
    if (fhirFeed === 'off' && besideEvidence === 'off' && everySeconds === 0) return;
    this.#client = openFhirClient(config, log);
    if (!this.#client) return;
    if (fhirFeed !== 'off') this.#station = this.#start(this.#client);
    if (besideEvidence === 'on') this.#beside = this.#startBeside(this.#client);
    if (everySeconds > 0) this.#hearing = this.#startHearing(this.#client, everySeconds * 1000);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#station?.stop();
    await this.#beside?.stop();
    await this.#hearing?.stop();
    await this.#client?.close();
  }

  #start(client: FhirClient): FeedStation {
    const { config, ledger, intake, log } = this;
    const common = { client, feeds: ledger.feeds, intake, log, now: () => Date.now() };
    const wish = wishOf(config);
    const events =
      wish?.kind === 'topic'
        ? new EventKeeper({
            ...common,
            serverUrls: serverUrlsOf(config),
            heartbeatMs: config.fhirFeedHeartbeatSeconds * 1000,
          })
        : null;
    return startFeedStation({
      ...common,
      criteria: config.fhirFeedCriteria.map(parseCriterion),
      sweep: new EhrSweep({
        ...common,
        overlapMs: config.fhirSweepOverlapSeconds * 1000,
        backMs: config.fhirSweepBackHours * 3_600_000,
      }),
      keeper: wish && new SubscriptionKeeper({ ...common, wish, events }),
      sweepEveryMs: config.fhirSweepSeconds * 1000,
      checkEveryMs: config.fhirFeedCheckSeconds * 1000,
      owner: this.#owner,
    });
  }

  #startBeside(client: FhirClient): BesideStation {
    const { config, ledger, log } = this;
    const kinds = new Map(kindsByCode(besideCodesOf(config)));
    for (const code of EARLIER_ECG_CODES) kinds.set(code, 'earlier-ecg');
    const systems = config.fhirAuthoritySystems;
    return startBesideStation({
      beside: ledger.beside,
      lease: (leaseMs) => ledger.feeds.lease('beside', this.#owner, leaseMs),
      read: (ecgId) => readBeside(ecgId, { client, ledger, kinds, systems }),
      log,
      now: () => Date.now(),
    });
  }

  #startHearing(client: FhirClient, everyMs: number): HearingStation {
    const { config, ledger, queue, log } = this;
    const { alerts, feeds } = ledger;
    const common = { client, alerts, queue, log, now: () => Date.now() };
    const ear = new AlertEar({ ...common, name: 'fhir', type: config.fhirAlert });
    return startHearingStation({
      lease: (leaseMs) => feeds.lease('alert-answers', this.#owner, leaseMs),
      listen: () => ear.listen(),
      everyMs,
      log,
    });
  }
}

function wishOf(config: Config): SubscriptionWish | null {
  const { fhirFeed: kind, fhirFeedEndpoint: endpoint } = config;
  if ((kind !== 'rest-hook' && kind !== 'topic') || endpoint === null) return null;
  return {
    kind,
    endpoint,
    payload: config.fhirFeedPayload,
    topic: config.fhirFeedTopic,
    heartbeatSeconds: config.fhirFeedHeartbeatSeconds,
    secret: config.resthookSecret,
  };
}
