import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEvent } from '../../src/core/log.js';
import type { Blow } from './boundary.js';
import { EcgSource } from './ecgs.js';
import { openEhr, type Ehr } from './ehr.js';
import { temporaryFolder, type Folder } from './folder.js';
import { openCounts, type OpenCounts } from './metrics.js';
import { freePort } from './port.js';
import { startService, type Life } from './service.js';
import { openStack, type Stack, type StackName } from './stack.js';
import { Traffic } from './traffic.js';
import { judge, type Problem } from './verdict.js';

export interface RigOptions {
  readonly stack: StackName;
  /** The built main.js of the product under test. */
  readonly main: string;
  readonly seed: number;
  readonly ecgsMax: number;
}

/** Waits that suit a test: short enough to see the end, long enough to be true. */
const SETTINGS = {
  LEADWIRE_LOG_LEVEL: 'info',
  LEADWIRE_SWEEP_SECONDS: '1',
  LEADWIRE_LEASE_SECONDS: '5',
  LEADWIRE_FHIR_REQUEST_SECONDS_MAX: '2',
  LEADWIRE_RETRY_SECONDS_FIRST: '1',
  LEADWIRE_RETRY_SECONDS_MAX: '2',
  LEADWIRE_SCORE_THREADS: '1',
};
/** ECGs without a result at which the senders wait. */
const OPEN_MAX = 24;
const READY_MS_MAX = 60_000;
const SETTLE_MS_MAX = 120_000;
const STOP_MS_MAX = 40_000;
const LOOK_MS = 250;
const IN_FLIGHT_MS_MAX = 15_000;
const TOLD_MS_MAX = 10_000;

/** One service under test and its world: stores, EHR, senders. */
export class Rig {
  readonly problems: Problem[] = [];
  readonly #lives = new Set<Life>();
  readonly #readyMs: number[] = [];

  private constructor(
    readonly stack: Stack,
    readonly ehr: Ehr,
    readonly traffic: Traffic,
    readonly seed: number,
    readonly ports: { readonly http: number; readonly mllp: number },
    private readonly main: string,
    private readonly folder: Folder,
  ) {}

  /** Null where this machine lacks what the stack needs. */
  static async open(options: RigOptions): Promise<Rig | null> {
    const stack = await openStack(options.stack);
    if (stack === null) return null;
    const folder = await temporaryFolder('chaos-log');
    const ehr = await openEhr();
    const ports = { http: await freePort(), mllp: await freePort() };
    const traffic: Traffic = new Traffic({
      mllpPort: ports.mllp,
      httpPort: ports.http,
      seed: options.seed,
      ecgs: new EcgSource(options.seed, Date.now()),
      ecgsMax: options.ecgsMax,
      openMax: OPEN_MAX,
      stands: (key) => ehr.stands(key),
    });
    return new Rig(stack, ehr, traffic, options.seed, ports, options.main, folder);
  }

  /** ECGs that a sender still cares for and that have no result in the EHR. */
  get inFlight(): number {
    return this.traffic.open;
  }

  get logFile(): string {
    return join(this.folder.path, 'service.log');
  }

  start(blow: Blow | null, env: Readonly<Record<string, string>> = {}): Life {
    const life = startService({
      main: this.main,
      blow,
      logFile: this.logFile,
      env: {
        ...SETTINGS,
        ...this.stack.env,
        LEADWIRE_FHIR_BASE_URL: this.ehr.baseUrl,
        LEADWIRE_HTTP_PORT: `${this.ports.http}`,
        LEADWIRE_MLLP_PORT: `${this.ports.mllp}`,
        ...env,
      },
    });
    this.#lives.add(life);
    const startedMs = performance.now();
    void life.ready.then((ready) => {
      if (ready) this.#readyMs.push(performance.now() - startedMs);
    });
    void life.exited.then(({ code, signal }) => {
      this.#lives.delete(life);
      // A blow ends it by a signal; a stop that was asked for ends with 0.
      if (code !== null && code !== 0) this.complain(`the service ended by itself with ${code}`);
      else if (signal === 'SIGABRT' || signal === 'SIGSEGV') this.complain(`died of ${signal}`);
    });
    return life;
  }

  /** A service that stays; throws when it does not get ready. */
  async startReady(env: Readonly<Record<string, string>> = {}): Promise<Life> {
    const life = this.start(null, env);
    await this.#untilReady(life);
    return life;
  }

  async #untilReady(life: Life): Promise<void> {
    const ready = await within(life.ready, READY_MS_MAX, 'the service was not ready');
    if (!ready) throw new Error('the service ended before it was ready');
  }

  /** One more process, which works and opens no doors. */
  async startWorker(blow: Blow | null = null): Promise<Life> {
    const port = await freePort();
    const life = this.start(blow, { LEADWIRE_ROLE: 'worker', LEADWIRE_HTTP_PORT: `${port}` });
    await this.#untilReady(life);
    return life;
  }

  /** Work is under way; it need not wait longer than the department needs to send some. */
  async untilInFlight(count: number): Promise<void> {
    const until = Date.now() + IN_FLIGHT_MS_MAX;
    while (this.inFlight < count && Date.now() < until) await delay(LOOK_MS / 10);
    if (this.inFlight < count) this.complain(`fewer than ${count} ECGs were ever in flight`);
  }

  /** How often the service has logged an event so far. */
  toldTimes(event: LogEvent): number {
    return readFileSync(this.logFile, 'utf8').split(`"name":"${event}"`).length - 1;
  }

  async untilTold(event: LogEvent, times: number): Promise<void> {
    const until = Date.now() + TOLD_MS_MAX;
    while (this.toldTimes(event) < times && Date.now() < until) await delay(LOOK_MS);
    const told = this.toldTimes(event);
    if (told < times) this.complain(`${event} was told ${told} times, not ${times}`);
  }

  complain(what: string): void {
    this.problems.push({ kind: 'service', key: what });
  }

  /** Until the ledger has nothing open and the EHR holds all that was acknowledged. */
  async settle(): Promise<void> {
    await within(this.traffic.end(), SETTLE_MS_MAX, 'the senders got no acknowledgement');
    const acknowledged = this.traffic.sent.filter((sent) => sent.acknowledged).length;
    const until = Date.now() + SETTLE_MS_MAX;
    let counts: OpenCounts | null = null;
    while (Date.now() < until) {
      counts = await openCounts(this.ports.http);
      if (counts?.open === 0 && counts.parked > 0) break;
      if (counts?.open === 0 && this.ehr.count() >= acknowledged) return;
      // With nothing open nothing more will come: what is missing is lost.
      if (counts?.open === 0 && (await this.#stays(acknowledged))) return;
      await delay(LOOK_MS);
    }
    this.complain(
      counts === null
        ? 'the service does not answer'
        : `${counts.open} rows still open, ${counts.parked} parked`,
    );
  }

  async #stays(acknowledged: number): Promise<boolean> {
    await delay(8 * LOOK_MS);
    const counts = await openCounts(this.ports.http);
    return counts?.open === 0 && this.ehr.count() < acknowledged;
  }

  /** Stops what runs, in the way an operator would. */
  async stop(): Promise<void> {
    for (const life of this.#lives) {
      life.kill('SIGTERM');
      const exit = await within(life.exited, STOP_MS_MAX, 'no end after SIGTERM').catch(() => null);
      if (exit === null) this.complain('the service did not stop when asked to');
    }
  }

  /** What the EHR says in the end, beside what went wrong on the way. */
  async verdict(): Promise<Problem[]> {
    for (const refusal of this.traffic.refusals) this.complain(`a sender was told: ${refusal}`);
    return [...this.problems, ...judge(this.traffic.sent, await this.ehr.standing())];
  }

  summary(): string[] {
    const { sent, resent } = this.traffic;
    const acknowledged = sent.filter((one) => one.acknowledged).length;
    return [
      `  ${sent.length} ECGs, ${acknowledged} acknowledged, ${resent} sent again, ` +
        `${this.ehr.count()} results, ${this.ehr.withdrawn()} doubles taken back`,
      `  ready ${this.#readyMs.length} times, after ${seconds(middle(this.#readyMs))} s, ` +
        `at most ${seconds(Math.max(0, ...this.#readyMs))} s`,
    ];
  }

  async close(): Promise<void> {
    await this.traffic.abandon();
    for (const life of this.#lives) {
      life.kill('SIGCONT');
      life.kill('SIGKILL');
      await life.exited;
    }
    await this.ehr.close();
    await this.stack.stop();
    await this.folder.remove();
  }
}

export async function within<T>(promise: Promise<T>, boundMs: number, what: string): Promise<T> {
  const bound = new AbortController();
  const late = delay(boundMs, null, { signal: bound.signal }).then(
    () => Promise.reject(new Error(`${what} within ${boundMs / 1000} s`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    bound.abort();
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
