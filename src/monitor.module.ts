import { Module, type DynamicModule, type OnModuleDestroy, Inject } from '@nestjs/common';
import type { Config } from './config.js';
import type { Log } from './core/log.js';
import type { Ledger } from './ledger/ledger.js';
import { createHealth, type Health } from './monitor/health.js';
import type { Metrics } from './monitor/metrics.js';
import { HEALTH, METRICS, MonitorController } from './monitor/monitor.controller.js';
import type { WorkQueue } from './queue/queue.js';
import type { Models } from './stores.module.js';
import type { DestinationNotes } from './destination-notes.js';
import { CONFIG, DESTINATION_NOTES, LEDGER, LOG, MODELS, QUEUE } from './tokens.js';

/** Health and metrics: every role has them, and nothing of a patient is in them. */
@Module({})
export class MonitorModule implements OnModuleDestroy {
  constructor(@Inject(HEALTH) private readonly health: Health) {}

  static with(metrics: Metrics): DynamicModule {
    return {
      module: MonitorModule,
      controllers: [MonitorController],
      providers: [
        {
          provide: METRICS,
          inject: [LEDGER, QUEUE, HEALTH],
          useFactory: (ledger: Ledger, queue: WorkQueue, health: Health) => {
            metrics.watch({ ledger, queue, health });
            return metrics;
          },
        },
        {
          provide: HEALTH,
          inject: [LEDGER, QUEUE, MODELS, DESTINATION_NOTES, LOG, CONFIG],
          useFactory: (
            ledger: Ledger,
            queue: WorkQueue,
            models: Models,
            notes: DestinationNotes,
            log: Log,
            config: Config,
          ) =>
            createHealth({
              ledger,
              queue,
              log,
              modelProblems: models.problems,
              // Doors commit to the ledger alone, and people read from it: with the queue away they
              // stay open, and the sweep of the workers finds what no job told of.
              dispensable: config.role === 'gateway' ? ['queue'] : [],
              destinations: () => notes.read(),
            }),
        },
      ],
    };
  }

  /** The first step of a stop: a load balancer sees it before any door closes. */
  onModuleDestroy(): void {
    this.health.stopping();
  }
}
