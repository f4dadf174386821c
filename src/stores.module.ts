import {
  Global,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  Inject,
} from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.js';
import type { ModelCard } from './core/decision/card.js';
import type { Policy } from './core/decision/policy.js';
import { assessEvaluation, type Evaluation } from './core/decision/standing.js';
import type { Log } from './core/log.js';
import { hintsOf } from './decoder.js';
import { noticeIn } from './formats/notice.js';
import { createIntake } from './ingest/intake.js';
import { openEmbeddedLedger } from './ledger/embedded/embedded-ledger.js';
import type { Ledger } from './ledger/ledger.js';
import { openPostgresLedger } from './ledger/postgres-ledger.js';
import { createPictureReader, type PictureReader } from './pictures/reader.js';
import { openQueue } from './queue/backends.js';
import { QUEUE_SCHEMA } from './queue/postgres-backend.js';
import type { WorkQueue } from './queue/queue.js';
import { modelSetOf, readCardDigests, readCards, type Verified } from './scoring/models-folder.js';
import { createDestinationNotes } from './destination-notes.js';
import {
  CONFIG,
  DESTINATION_NOTES,
  INTAKE,
  LEDGER,
  LOG,
  MODELS,
  PICTURES,
  POLICY,
  QUEUE,
} from './tokens.js';
import { loadPolicy, policyProblems, routeProblems } from './policy-file.js';
import { destinationNames } from './settings/routes.js';

/** What the models folder holds, read once for doors and workers alike. */
export interface Models {
  readonly modelSet: string;
  readonly cards: readonly ModelCard[];
  /** Whether what they say may be taken for care now, and if not, why. */
  readonly evaluation: (nowMs: number) => Evaluation;
  /** Why results could not be trusted now; empty when they can. */
  readonly problems: () => readonly string[];
  /** Whoever runs the models adds what only running them shows. */
  readonly watch: (more: () => readonly string[]) => void;
}

type Cards = Verified<ModelCard>;

interface Stores {
  readonly ledger: Ledger;
  readonly queue: WorkQueue;
}

const STORES = Symbol('Stores');
const CARDS = Symbol('Cards');
const TEMPLATE = fileURLToPath(new URL('./embedded-template', import.meta.url));

/** Ledger, queue, policy, intake and the reader of pictures: opened once a process, closed after all that use them. */
@Global()
@Module({})
export class StoresModule implements OnApplicationShutdown {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    @Inject(PICTURES) private readonly pictures: PictureReader,
  ) {}

  static with(config: Config, log: Log): DynamicModule {
    return {
      module: StoresModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOG, useValue: log },
        { provide: STORES, useFactory: () => openStores(config, log) },
        { provide: LEDGER, inject: [STORES], useFactory: ({ ledger }: Stores) => ledger },
        { provide: QUEUE, inject: [STORES], useFactory: ({ queue }: Stores) => queue },
        { provide: PICTURES, useFactory: () => createPictureReader({ log }) },
        { provide: CARDS, useFactory: () => readCards(config.modelsDir) },
        {
          provide: POLICY,
          inject: [CARDS],
          useFactory: async ({ ready }: Cards) =>
            loadPolicy(config, await readCardDigests(config.modelsDir, ready)),
        },
        { provide: DESTINATION_NOTES, useFactory: createDestinationNotes },
        {
          provide: MODELS,
          inject: [CARDS, POLICY],
          useFactory: (cards: Cards, policy: Policy) => modelsOf(cards, policy, config, log),
        },
        {
          provide: INTAKE,
          inject: [LEDGER, QUEUE, MODELS, POLICY],
          useFactory: (ledger: Ledger, queue: WorkQueue, models: Models, policy: Policy) =>
            createIntake({
              ledger,
              queue,
              log,
              under: { modelSet: models.modelSet, policyVersion: policy.version },
              zoneOf: (sender) => config.senderZones[sender] ?? config.defaultZone,
              noticeIn: (bytes) => noticeIn(bytes, hintsOf(config)),
              now: () => Date.now(),
            }),
        },
      ],
      exports: [CONFIG, LOG, LEDGER, QUEUE, POLICY, MODELS, INTAKE, PICTURES, DESTINATION_NOTES],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pictures.close();
    await this.stores.queue.close();
    await this.stores.ledger.close();
  }
}

async function openStores(config: Config, log: Log): Promise<Stores> {
  if (config.databaseUrl !== null) {
    const ledger = await openPostgresLedger({ url: config.databaseUrl, log });
    return { ledger, queue: await openQueue({ url: config.queueUrl ?? config.databaseUrl, log }) };
  }
  const ledger = await openEmbeddedLedger({ dataDir: config.dataDir, template: TEMPLATE, log });
  const queue = await openQueue({
    url: config.queueUrl ?? undefined,
    embeddedPool: ledger.embeddedPool(QUEUE_SCHEMA),
    log,
  });
  return { ledger, queue };
}

function modelsOf({ ready, rejected }: Cards, policy: Policy, config: Config, log: Log): Models {
  const found = [
    ...rejected.map(({ folder, failure }) => `${folder}: ${failure.detail}`),
    ...policyProblems(policy, ready),
    ...routeProblems(policy, destinationNames(config)),
  ];
  const evaluation = (nowMs: number): Evaluation => assessEvaluation(policy, ready, nowMs);
  for (const detail of evaluation(Date.now()).why) log('evaluationOnly', { detail });
  const sources = [() => found];
  return {
    modelSet: modelSetOf(ready),
    cards: ready,
    evaluation,
    problems: () => [...new Set(sources.flatMap((source) => source()))],
    watch: (more) => {
      sources.push(() => [...more()]);
    },
  };
}
