import { randomUUID } from 'node:crypto';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Config } from './config.js';
import type { RetryPlan } from './core/backoff.js';
import { decide } from './core/decision/decide.js';
import type { Policy } from './core/decision/policy.js';
import type { TroponinValue } from './core/decision/troponin.js';
import { departmentOf } from './core/ecg/reading.js';
import { failureOf } from './core/failure.js';
import type { Log } from './core/log.js';
import type { Destination } from './delivery/destination.js';
import { endedAlertsRound } from './delivery/ended-alerts.js';
import { startAlertWatch, type AlertWatch } from './delivery/alert-watch.js';
import { toPagePlan } from './delivery/page-plan.js';
import { createFhirDestination } from './delivery/fhir/writer.js';
import { createPictureMaker, type PictureMaker } from './delivery/picture-maker.js';
import { createDeliveryStation } from './delivery/station.js';
import { openFhirClient, serverUrlsOf } from './fhir-access.js';
import { createFetchStation } from './ingest/fhir/fetch-station.js';
import type { Intake } from './ingest/intake.js';
import { createRefusals } from './ingest/refusals.js';
import type { BesideItem } from './ledger/beside.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkQueue } from './queue/queue.js';
import { startSweep, SWEEP_LIMIT, type Sweep } from './queue/sweep.js';
import { openRoutes, type Routes } from './routes.js';
import { resultFormOf } from './result-form.js';
import { openScorer, type ScorerPool } from './scoring/pool.js';
import { createScoreStation, type ToDecide } from './scoring/station.js';
import { decoderFor } from './decoder.js';
import type { PictureReader } from './pictures/reader.js';
import type { Models } from './stores.module.js';
import type { DestinationNotes } from './destination-notes.js';
import {
  DESTINATION_NOTES,
  INTAKE,
  LEDGER,
  LOG,
  MODELS,
  PICTURES,
  POLICY,
  QUEUE,
} from './tokens.js';
import type { FhirClient } from './wire/fhir/client.js';

export const SCORER = Symbol('ScorerPool');
const STATIONS = Symbol('Stations');

/** Scoring, delivery and fetching, and the sweep that keeps them fed. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        {
          provide: SCORER,
          inject: [LOG, MODELS],
          useFactory: async (log: Log, models: Models) => {
            const scorer = await openScorer({
              modelsDir: config.modelsDir,
              threads: config.scoreThreads === 0 ? null : config.scoreThreads,
              intraOpThreads: null,
              runMsMax: config.scoreSecondsMax * 1000,
              log,
            });
            models.watch(() => troubleOf(scorer));
            return scorer;
          },
        },
        {
          provide: STATIONS,
          inject: [LEDGER, QUEUE, SCORER, POLICY, INTAKE, PICTURES, DESTINATION_NOTES, LOG],
          useFactory: (
            ledger: Ledger,
            queue: WorkQueue,
            scorer: ScorerPool,
            policy: Policy,
            intake: Intake,
            reader: PictureReader,
            notes: DestinationNotes,
            log: Log,
          ) => new Stations({ config, ledger, queue, scorer, policy, intake, reader, notes, log }),
        },
      ],
      exports: [SCORER],
    };
  }
}

interface Parts {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly queue: WorkQueue;
  readonly scorer: ScorerPool;
  readonly policy: Policy;
  readonly intake: Intake;
  readonly reader: PictureReader;
  readonly notes: DestinationNotes;
  readonly log: Log;
}

const DAY_MS = 86_400_000;
const PURGE_EVERY_MS = 3_600_000;
const FETCHES_AT_ONCE = 4;

class Stations implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #routes: Routes | null = null;
  #sweep: Sweep | null = null;
  #watch: AlertWatch | null = null;
  readonly #pictures: PictureMaker;
  #purge: NodeJS.Timeout | null = null;

  constructor(private readonly parts: Parts) {
    this.#pictures = createPictureMaker(parts.log);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { config, ledger, queue, scorer, policy, intake, reader, log } = this.parts;
    const retryPlan: RetryPlan = {
      delayMsFirst: config.retrySecondsFirst * 1000,
      delayMsMax: config.retrySecondsMax * 1000,
      attemptsMax: config.retryAttemptsMax,
    };
    const common = { ledger, queue, retryPlan, log, now: () => Date.now(), random: Math.random };
    const client = openFhirClient(config, log);
    const routes = openRoutes(config);
    this.#routes = routes;
    const destinations = [
      ...(client ? [chartOf(config, client, this.#pictures, log)] : []),
      ...routes.destinations,
    ];
    for (const destination of destinations) void prepare(destination, this.parts);
    const score = createScoreStation({
      ...common,
      scorer,
      decide: (facts) => this.decide(facts),
      planOf: async ({ record, findingIds, nowMs }) =>
        toPagePlan({
          policy: policy.alerts,
          findingIds,
          destinations,
          troponin: troponinIn(await ledger.beside.ofEcg(record.id)),
          department: departmentOf(record.place),
          nowMs,
        }),
      destinations: destinations
        .filter(({ kinds }) => kinds.includes('result'))
        .map(({ name }) => name),
    });
    const deliver = createDeliveryStation({
      ...common,
      destinations,
      owner: randomUUID(),
      leaseMs: config.leaseSeconds * 1000,
      retry: retryPlan,
    });
    // A model that is not what its card says stays so: ECGs wait for a worker that can score them.
    if (scorer.rejected.length === 0) await queue.work('score', scorer.threads, score);
    await queue.work('deliver', config.deliverConcurrency, deliver);
    if (client) {
      const fetch = createFetchStation({
        ...common,
        client,
        serverUrls: serverUrlsOf(config),
        refusals: createRefusals({ audit: ledger.audit, log, now: () => Date.now() }),
        intake,
        decode: decoderFor(config, (picture) => reader.read(picture)),
        retry: retryPlan,
      });
      await queue.work('fetch', FETCHES_AT_ONCE, fetch);
    }
    this.#sweep = startSweep({
      ledger,
      queue,
      log,
      intervalMs: config.sweepSeconds * 1000,
      limit: SWEEP_LIMIT,
      now: () => Date.now(),
    });
    this.#watch = watchAlerts(this.parts);
    this.#purge = setInterval(() => void this.purge(), PURGE_EVERY_MS);
  }

  /** Sweep first, so that nothing is refilled; then the running jobs; then what they ran on. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.#purge) clearInterval(this.#purge);
    await this.#sweep?.stop();
    await this.#watch?.stop();
    await this.parts.queue.close();
    this.#routes?.close();
    await this.parts.scorer.close();
    await this.#pictures.close();
  }

  private decide({ record, row, scored, nowMs }: ToDecide): ReturnType<typeof decide> {
    const { scorer, policy } = this.parts;
    return decide({
      ecg: record.ecg,
      acquisition: record.acquisition,
      production: record.production,
      hasPatient: record.patient !== null,
      firstAssessment: row.isFirst,
      cards: scorer.cards,
      modelSet: scorer.modelSet,
      ...scored,
      policy,
      nowMs,
    });
  }

  private async purge(): Promise<void> {
    const { config, ledger, log } = this.parts;
    try {
      const gone = await ledger.receipts.purge(Date.now() - config.retentionDays * DAY_MS);
      if (gone.receipts > 0) log('purged', { count: gone.receipts });
    } catch (error) {
      log('ledgerAway', { code: failureOf(error).code });
    }
  }
}

function watchAlerts({ ledger, queue, log }: Parts): AlertWatch {
  const now = (): number => Date.now();
  const endRound = (): Promise<void> => endedAlertsRound({ ledger, log, now });
  return startAlertWatch({ alerts: ledger.alerts, queue, log, now, endRound });
}

/** Not waited for: an EHR that is away now is asked again with the first delivery. */
async function prepare(destination: Destination, { notes, log }: Parts): Promise<void> {
  notes.watch(destination.name, () => destination.describe?.() ?? null);
  try {
    await destination.prepare?.();
  } catch (error) {
    log('destinationSilent', { name: destination.name, code: failureOf(error).code });
  }
}

function troubleOf(scorer: ScorerPool): readonly string[] {
  try {
    scorer.check();
    return [];
  } catch (error) {
    return [failureOf(error).detail];
  }
}

function chartOf(
  config: Config,
  client: FhirClient,
  pictures: PictureMaker,
  log: Log,
): Destination {
  return createFhirDestination({
    name: 'fhir',
    client,
    form: resultFormOf(config),
    draw: (order) => pictures.draw(order),
    systems: config.fhirAuthoritySystems,
    alertRecipients: config.fhirAlertRecipients,
    log,
    now: () => Date.now(),
  });
}

/** The values beside an ECG that may raise the urgency of a page; what is no number is not guessed. */
function troponinIn(items: readonly BesideItem[]): TroponinValue[] {
  return items.flatMap(({ kind, code, value, unit, atMs }) =>
    kind === 'troponin' && typeof value === 'number'
      ? [{ code: code ?? '', value, unit, atMs }]
      : [],
  );
}
