import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { boardHeaders } from './board/headers.js';
import type { Config } from './config.js';
import type { Log } from './core/log.js';
import { FeedsModule } from './feeds.module.js';
import { GatewayModule, MLLP_DOOR, type MllpDoor } from './gateway.module.js';
import { createLog, teeLog } from './monitor/log.js';
import { createMetrics } from './monitor/metrics.js';
import { MonitorModule } from './monitor.module.js';
import { ProblemFilter } from './problem.filter.js';
import { StoresModule } from './stores.module.js';
import { WorkerModule } from './worker.module.js';

export interface Service {
  readonly httpPort: number;
  /** Null where this process opens no MLLP door. */
  readonly mllpPort: number | null;
  /** Not ready, doors shut, answers given, work drained, stores closed: in that order. */
  stop(): Promise<void>;
}

@Module({})
class ServiceModule {
  static with(config: Config, log: Log, parts: readonly DynamicModule[]): DynamicModule {
    return {
      module: ServiceModule,
      imports: [StoresModule.with(config, log), ...parts],
      providers: [{ provide: APP_FILTER, useValue: new ProblemFilter(log) }],
    };
  }
}

/** A request that trickles in slower than this is cut off. */
const REQUEST_MS_MAX = 120_000;
const HEADERS_MS_MAX = 10_000;

export async function startService(config: Config): Promise<Service> {
  const startedAt = performance.now();
  const metrics = createMetrics({
    intervalsMinutes: config.senderIntervalsMinutes,
    feed: { kind: config.fhirFeed, sweepSeconds: config.fhirSweepSeconds },
    now: () => Date.now(),
  });
  const log = teeLog(createLog(config.logLevel), metrics.log);
  log('starting', { kind: config.role });
  const parts = [MonitorModule.with(metrics)];
  if (config.role !== 'worker') parts.push(GatewayModule.with(config));
  if (config.role !== 'gateway') parts.push(WorkerModule.with(config), FeedsModule.with(config));
  const app = await NestFactory.create<NestExpressApplication>(
    ServiceModule.with(config, log, parts),
    { logger: false, bodyParser: false, abortOnError: false, forceCloseConnections: true },
  );
  app.use(helmet());
  app.use('/board', boardHeaders());
  app.set('query parser', 'simple');
  const server: Server = app.getHttpServer();
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = HEADERS_MS_MAX;
  await app.listen(config.httpPort, config.httpHost);
  const httpPort = (server.address() as AddressInfo).port;
  const mllp = config.role === 'worker' ? null : app.get<MllpDoor>(MLLP_DOOR, { strict: false });
  log('doorOpened', { door: 'http', address: `${config.httpHost}:${httpPort}` });
  log('ready', { elapsedMs: Math.round(performance.now() - startedAt) });
  return {
    httpPort,
    mllpPort: mllp?.port() ?? null,
    async stop() {
      log('stopping');
      await app.close();
      log('stopped');
    },
  };
}
