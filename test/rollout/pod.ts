import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child, Exit } from '../chaos/child.js';
import { runInside, type Place } from './container.js';
import { keepProbing, type Probed } from './probe.js';

/** How a pod went that was told to. */
export interface Farewell {
  readonly pod: string;
  /** From SIGTERM to its end. */
  readonly drainMs: number;
  /** From the order to its end: what the grace period is for. */
  readonly wholeMs: number;
  readonly exit: Exit;
  readonly used: Used | null;
}

/** What the process of a pod took of its node. */
export interface Used {
  readonly component: string;
  readonly memoryMiBMax: number;
  readonly cpuSeconds: number;
}

/** What `kubectl get pod` shows of a container that ended. */
export interface Termination extends Exit {
  readonly message: string;
}

/** Waits between restarts of a container grow as a kubelet's do. */
const RESTART_MS_FIRST = 10_000;
/** So much of a log stands in the status of a container, where the plan asks for it. */
const MESSAGE_LINES = 80;
const MESSAGE_CHARACTERS = 2_048;

/** One pod and its kubelet: starts its container, probes it, starts it again, ends it in order. */
export class Pod {
  readonly events: string[] = [];
  readonly terminations: Termination[] = [];
  readonly #ended = new AbortController();
  readonly #born = performance.now();
  #child: Child | null = null;
  #ready = false;
  #firstReadyMs: number | null = null;
  #leaving = false;
  #running: Promise<void>;

  constructor(readonly place: Place) {
    this.#running = this.#keepRunning();
  }

  get name(): string {
    return this.place.name;
  }

  /** Whether a Service sends to it. */
  get isEndpoint(): boolean {
    return this.#ready && !this.#leaving;
  }

  get isLeaving(): boolean {
    return this.#leaving;
  }

  get restarts(): number {
    return this.terminations.length;
  }

  /** From its birth to its first readiness; null before. */
  get readyMs(): number | null {
    return this.#firstReadyMs;
  }

  /** The lines of its log that tell this event. */
  told(event: string): string[] {
    return this.#log().filter((line) => line.includes(`"name":"${event}"`));
  }

  complaints(count: number): string[] {
    return this.#log()
      .filter((line) => line !== '' && !/"level":"(info|debug)"/.test(line))
      .slice(-count);
  }

  async leave(): Promise<Farewell> {
    const { plan, name } = this.place;
    const askedMs = performance.now();
    this.#leaving = true;
    const child = this.#child;
    const grace = setTimeout(() => {
      child?.kill('SIGKILL');
    }, plan.graceSeconds * 1000);
    await runInside(this.place, plan.preStop, 'pipe').exited;
    const toldMs = performance.now();
    const used = usedBy(child?.process.pid, plan.component);
    child?.kill('SIGTERM');
    const exit = (await child?.exited) ?? { code: null, signal: null };
    clearTimeout(grace);
    this.#ended.abort();
    await this.#running;
    const now = performance.now();
    return { pod: name, drainMs: now - toldMs, wholeMs: now - askedMs, exit, used };
  }

  /** For the end of a run that went wrong. */
  async destroy(): Promise<void> {
    this.#leaving = true;
    this.#ended.abort();
    this.#child?.kill('SIGKILL');
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    for (let waitMs = 0; !this.#isOver(); waitMs *= 2) {
      await delay(waitMs, null, { signal: this.#ended.signal }).catch(() => undefined);
      if (this.#isOver()) return;
      const { image, args } = this.place;
      const child = runInside(this.place, [...image.entrypoint, ...args], 'log');
      this.#child = child;
      const life = new AbortController();
      const probing = this.#probe(child, life.signal);
      const exit = await child.exited;
      this.#ready = false;
      life.abort();
      await probing;
      if (this.#isOver()) return;
      this.terminations.push({ ...exit, message: this.#message(exit) });
      this.events.push(`Back-off restarting failed container after ${exit.code ?? exit.signal}`);
      waitMs = Math.max(waitMs, RESTART_MS_FIRST / 2);
    }
  }

  async #probe(child: Child, life: AbortSignal): Promise<void> {
    const { startup, liveness, readiness } = this.place.plan;
    const event = (kind: string) => (probed: Probed) => {
      this.events.push(`${kind} probe failed: ${probed.words}`);
    };
    const fell = (kind: string): void => {
      if (this.#leaving) return;
      this.events.push(`Container failed ${kind} probe, will be restarted`);
      child.kill('SIGTERM');
    };
    const started = new AbortController();
    const untilStarted = AbortSignal.any([life, started.signal]);
    await keepProbing(
      this.place,
      startup,
      untilStarted,
      (state) => {
        if (state === 'good') started.abort();
        else fell('startup');
      },
      event('Startup'),
    );
    if (life.aborted) return;
    const alive = keepProbing(
      this.place,
      liveness,
      life,
      (state) => {
        if (state === 'bad') fell('liveness');
      },
      event('Liveness'),
    );
    const ready = keepProbing(
      this.place,
      readiness,
      life,
      (state) => {
        this.#ready = state === 'good';
        if (this.#ready) this.#firstReadyMs ??= performance.now() - this.#born;
      },
      event('Readiness'),
    );
    await Promise.all([alive, ready]);
  }

  #isOver(): boolean {
    return this.#leaving || this.#ended.signal.aborted;
  }

  #log(): string[] {
    return readFileSync(this.place.logFile, 'utf8').split('\n');
  }

  /** Its last words stand in its status only where the chart asks for them. */
  #message({ code }: Exit): string {
    if (this.place.plan.messagePolicy !== 'FallbackToLogsOnError' || code === 0) return '';
    return this.#log().slice(-MESSAGE_LINES).join('\n').slice(-MESSAGE_CHARACTERS);
  }
}

const TICKS_A_SECOND = 100;

/** As Linux tells it; elsewhere nobody does. */
function usedBy(pid: number | undefined, component: string): Used | null {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    const stat =
      readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    const [, kibibytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    const ticks = Number(stat[11]) + Number(stat[12]);
    return {
      component,
      memoryMiBMax: Math.round(Number(kibibytes) / 1024),
      cpuSeconds: ticks / TICKS_A_SECOND,
    };
  } catch {
    return null;
  }
}
