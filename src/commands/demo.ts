import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, type Config } from '../config.js';
import { createVirtualCart, type VirtualCart } from '../sandbox/cart.js';
import { startSandboxEhr, type SandboxEhr } from '../sandbox/ehr/server.js';
import { createVirtualEd, type Visit } from '../sandbox/virtual-ed.js';
import { startService, type Service } from '../service.js';
import { judge, table, type Case } from './demo-verdict.js';

const ONCE_CASES = 9;
const SETTLE_MS_MAX = 60_000;
const LOOK_MS = 200;

/** The whole road on one machine: a virtual department, the service, and an EHR in its sandbox. */
export async function demo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      rate: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [rate, seed] = [Number(values.rate), Number(values.seed)];
  if (!(rate > 0 && rate <= 600) || !Number.isInteger(seed)) {
    process.stderr.write('leadwire demo [--once] [--rate 1..600 ECGs a minute] [--seed N]\n');
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-demo-'));
  const ehr = await startSandboxEhr();
  const service = await startService(demoConfig(folder, ehr.url, values.once));
  const httpUrl = `http://127.0.0.1:${service.httpPort}`;
  const cart = createVirtualCart({ mllpPort: service.mllpPort ?? 0, httpUrl });
  tell(`service  ${httpUrl}  (health ${httpUrl}/health/ready, metrics ${httpUrl}/metrics)`);
  tell(`MLLP     127.0.0.1:${service.mllpPort ?? 0}`);
  tell(`EHR      ${ehr.url}  (results ${ehr.url}/RiskAssessment)`);
  tell('A placeholder model on simulated patients: for evaluation only, not for care.\n');
  try {
    const nextVisit = createVirtualEd(seed);
    if (values.once) return await once(nextVisit, cart, httpUrl, ehr);
    await keepArriving(nextVisit, cart, rate, ehr);
    return 0;
  } finally {
    await close(cart, service, ehr, folder);
  }
}

function demoConfig(dataDir: string, fhirBaseUrl: string, anyPort: boolean): Config {
  const loaded = loadConfig({
    LEADWIRE_DATA_DIR: dataDir,
    LEADWIRE_FHIR_BASE_URL: fhirBaseUrl,
    LEADWIRE_LOG_LEVEL: 'error',
    ...(anyPort ? { LEADWIRE_HTTP_PORT: '0', LEADWIRE_MLLP_PORT: '0' } : {}),
  });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  return loaded.config;
}

/** A fixed list by every door; the last patient comes four times and must stand once. */
async function once(
  nextVisit: (nowMs: number) => Visit,
  cart: VirtualCart,
  httpUrl: string,
  ehr: SandboxEhr,
): Promise<number> {
  const cases: Case[] = [];
  for (let i = 1; i <= ONCE_CASES; i += 1) {
    const visit = nextVisit(Date.now());
    const control = `DEMO${i}`;
    const sent = [await send(cart, visit, control, i)];
    if (i === ONCE_CASES) {
      sent.push(await cart.byMllp(visit.reading, control));
      sent.push(await cart.byMllp(visit.reading, `${control}-AGAIN`));
      sent.push(await cart.byRest(visit.reading, 'fhir', control));
    }
    for (const one of sent) tell(`sent ${visit.condition} by ${one.door}: ${one.answer}`);
    cases.push({ visit, control, sent });
  }
  const untilMs = Date.now() + SETTLE_MS_MAX;
  let verdict = await judge(cases, httpUrl, ehr);
  while (!verdict.settled && Date.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    verdict = await judge(cases, httpUrl, ehr);
  }
  tell(`\n${table(verdict.rows)}`);
  tell(`${verdict.right} of ${cases.length} delivered exactly once`);
  return verdict.right === cases.length ? 0 : 1;
}

function send(
  cart: VirtualCart,
  { reading }: Visit,
  control: string,
  i: number,
): ReturnType<VirtualCart['byMllp']> {
  if (i % 4 === 0) return cart.byRest(reading, 'hl7v2', control);
  return i % 2 === 0 ? cart.byRest(reading, 'fhir', control) : cart.byMllp(reading, control);
}

/** Until Ctrl-C: one line a patient, one line a result. */
async function keepArriving(
  nextVisit: (nowMs: number) => Visit,
  cart: VirtualCart,
  rate: number,
  ehr: SandboxEhr,
): Promise<void> {
  ehr.store.onWrite((resource) => {
    if (resource.resourceType === 'RiskAssessment') {
      tell(`chart    RiskAssessment/${resource.id} stands in the EHR`);
    }
  });
  const stopped = new Promise<true>((resolve) => {
    process.once('SIGINT', () => {
      resolve(true);
    });
    process.once('SIGTERM', () => {
      resolve(true);
    });
  });
  for (let i = 1; ; i += 1) {
    const visit = nextVisit(Date.now());
    const sent = await send(cart, visit, `DEMO${i}`, i);
    tell(
      `patient  ${visit.number}, ${visit.ageYears} years, truth: ${visit.condition}, by ${sent.door}: ${sent.answer}`,
    );
    const pause = new Promise<false>((resolve) => {
      setTimeout(resolve, 60_000 / rate, false);
    });
    if (await Promise.race([stopped, pause])) return;
  }
}

async function close(
  cart: VirtualCart,
  service: Service,
  ehr: SandboxEhr,
  folder: string,
): Promise<void> {
  cart.close();
  await service.stop();
  await ehr.close();
  rmSync(folder, { recursive: true, force: true });
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
