import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../src/config.js';
import { silentLog } from '../../src/core/log.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { openPostgresLedger } from '../../src/ledger/postgres-ledger.js';
import { startService } from '../../src/service.js';
import { runService } from './service.js';
import { startPostgres, type PostgresService } from './services.js';

/** A real gateway in this process on a PostgreSQL of its own, and the same ledger beside it. */
export interface Gateway {
  readonly url: string;
  readonly ledger: Ledger;
  stop(): Promise<void>;
}

type Env = Readonly<Record<string, string>>;

export async function startGateway(
  envOf: (port: number) => Promise<Env> | Env = () => ({}),
): Promise<Gateway> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('no PostgreSQL');
  const databaseUrl = postgres.url(await postgres.createDatabase());
  const port = await freePort();
  const loaded = loadConfig({
    LEADWIRE_ROLE: 'gateway',
    LEADWIRE_DATABASE_URL: databaseUrl,
    LEADWIRE_HTTP_PORT: String(port),
    LEADWIRE_MLLP_PORT: '0',
    LEADWIRE_LOG_LEVEL: 'silent',
    ...(await envOf(port)),
  });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const service = await startService(loaded.config);
  const ledger = await openPostgresLedger({ url: databaseUrl, log: silentLog });
  return {
    url: `http://127.0.0.1:${port}`,
    ledger,
    stop: () => stopAll(service, ledger, postgres),
  };
}

/** The same as it was built, in a process of its own: what a page is measured against. */
export async function startBuiltGateway(): Promise<Gateway> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('no PostgreSQL');
  const databaseUrl = postgres.url(await postgres.createDatabase());
  const service = await runService({
    env: { LEADWIRE_ROLE: 'gateway', LEADWIRE_DATABASE_URL: databaseUrl },
  });
  const ledger = await openPostgresLedger({ url: databaseUrl, log: silentLog });
  const child = { stop: () => service.kill('SIGKILL') };
  return { url: service.url, ledger, stop: () => stopAll(child, ledger, postgres) };
}

async function stopAll(
  service: { stop(): Promise<unknown> },
  ledger: Ledger,
  postgres: PostgresService,
): Promise<void> {
  await service.stop();
  await ledger.close();
  await postgres.stop();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
