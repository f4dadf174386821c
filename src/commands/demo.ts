import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, type Config } from '../config.js';
import { createVirtualCart, type VirtualCart } from '../sandbox/cart/cart.js';
import { startSandboxEhr, type SandboxEhr } from '../sandbox/ehr/server.js';
import { createVisits } from '../sandbox/ed/visit.js';
import { startService, type Service } from '../service.js';
import { keepArriving } from './demo-live.js';
import { once } from './demo-once.js';

const USAGE = `leadwire demo [--once] [--rate N] [--seed N]

The whole road on one machine: a virtual emergency department sends simulated ECGs, the service
scores them, and a sandbox EHR receives the results. Nothing is kept when it ends.

  --once     send a fixed list, print the truth beside the finding, exit 0 if each is delivered once
  --rate N   ECGs a minute, 1 to 600, as the mean of a day (12)
  --seed N   a whole number; the same seed gives the same patients (1)
`;
const NO_DEVICE =
  'No part of this is a cleared medical device: simulated patients, evaluation only.';
const RATE_MAX = 600;
const PORTS = { http: 3000, mllp: 2575 };

interface Options {
  readonly once: boolean;
  readonly ratePerMinute: number;
  readonly seed: number;
}

export async function demo(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    tell(USAGE);
    return 0;
  }
  const options = parseOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 1;
  }
  const stop = new AbortController();
  const onStop = (): void => {
    stop.abort();
  };
  process.once('SIGINT', onStop);
  process.once('SIGTERM', onStop);
  const stage = await openStage(options.once);
  try {
    tellAddresses(stage);
    const parts = { ...stage, nextVisit: createVisits(options.seed), tell };
    if (options.once) return await once(parts);
    await keepArriving(parts, { ...options, stopped: stop.signal });
    return 0;
  } finally {
    await stage.close();
    tell(NO_DEVICE);
  }
}

function parseOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        rate: { type: 'string', default: '12' },
        seed: { type: 'string', default: '1' },
      },
    });
    const [ratePerMinute, seed] = [Number(values.rate), Number(values.seed)];
    if (!(ratePerMinute >= 1 && ratePerMinute <= RATE_MAX)) return `--rate is 1 to ${RATE_MAX}.`;
    if (!Number.isSafeInteger(seed) || seed < 0) return '--seed is a whole number.';
    return { once: values.once, ratePerMinute, seed };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

interface Stage {
  readonly ehr: SandboxEhr;
  readonly service: Service;
  readonly cart: VirtualCart;
  readonly httpUrl: string;
  close(): Promise<void>;
}

async function openStage(isBrief: boolean): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-demo-'));
  const ehr = await startSandboxEhr({ inboxPort: 0 });
  const service = await startService(await demoConfig(folder, ehr.url, isBrief));
  const httpUrl = `http://127.0.0.1:${service.httpPort}`;
  await subscribe(ehr, httpUrl);
  const cart = createVirtualCart({
    mllp: { host: '127.0.0.1', port: service.mllpPort ?? 0 },
    httpUrl,
    ehrUrl: ehr.url,
  });
  return {
    ehr,
    service,
    cart,
    httpUrl,
    async close() {
      cart.close();
      await service.stop();
      await ehr.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function demoConfig(dataDir: string, ehrUrl: string, anyPort: boolean): Promise<Config> {
  const [http, mllp] = anyPort ? [0, 0] : await Promise.all([free(PORTS.http), free(PORTS.mllp)]);
  const loaded = loadConfig({
    LEADWIRE_DATA_DIR: dataDir,
    LEADWIRE_FHIR_BASE_URL: ehrUrl,
    LEADWIRE_LOG_LEVEL: 'error',
    LEADWIRE_HTTP_PORT: String(http),
    LEADWIRE_MLLP_PORT: String(mllp),
  });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  return loaded.config;
}

/** The usual port, or any where somebody else has it. */
function free(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(0);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** As an EHR analyst sets it up: every ECG that is filed is told to the service. */
async function subscribe({ url }: SandboxEhr, httpUrl: string): Promise<void> {
  const answer = await fetch(`${url}/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'ECGs are scored as they are filed',
      criteria: 'Observation?code=http://loinc.org|11524-6',
      channel: {
        type: 'rest-hook',
        endpoint: `${httpUrl}/fhir/rest-hook`,
        payload: 'application/fhir+json',
      },
    }),
  });
  if (!answer.ok) throw new Error(`the EHR answers ${answer.status} to a subscription`);
}

function tellAddresses({ httpUrl, service, ehr }: Stage): void {
  const lines = [
    ['board', `${httpUrl}/board/`, 'who may have an occluded artery, and why'],
    ['service', `${httpUrl}/health/ready`, 'is it ready'],
    ['', `${httpUrl}/api/receipts`, 'every message and what became of it'],
    ['', `${httpUrl}/metrics`, 'counts and times'],
    ['MLLP', `127.0.0.1:${service.mllpPort ?? 0}`, 'npx leadwire send --case omi-rca'],
    ['EHR', `${ehr.url}/RiskAssessment`, 'the results in the chart'],
    ['', ehr.url.replace(/fhir$/, 'sandbox/trouble'), 'PUT {"status":503,"times":3} to vex it'],
  ] as const;
  for (const [what, where, why] of lines) tell(`${what.padEnd(8)} ${where.padEnd(42)} ${why}`);
  tell(`\n${NO_DEVICE}\n`);
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
