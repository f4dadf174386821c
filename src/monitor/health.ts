import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Feeds } from '../ledger/feeds.js';
import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';

export interface Health {
  /** Each part named; ready when all it needs are. The EHR is not among them: it may be down. */
  check(): Promise<HealthReport>;
  /** From now on not ready, whatever the parts say: the process is on its way out. */
  stopping(): void;
}

export interface HealthReport {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, PartHealth>>;
  /** Of each destination the form in which results go there; it makes nobody ready or not. */
  readonly destinations: Readonly<Record<string, string>>;
  /** How the EHR tells us of ECGs. Shown, and no part of being ready: the EHR may be down. */
  readonly feeds: readonly FeedHealth[];
}

export interface FeedHealth {
  readonly criteria: string;
  /** Null where there is no Subscription of ours. */
  readonly subscription: string | null;
  readonly without: readonly string[];
  /** Seconds since the last sweep that came to its end; null before the first. */
  readonly sweepAgeSeconds: number | null;
}

export type PartHealth = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface HealthOptions {
  readonly ledger: Pick<Ledger, 'health' | 'feeds'>;
  readonly queue: Pick<WorkQueue, 'check'>;
  /** Why the models cannot be trusted; empty when they can. Read at each check. */
  readonly modelProblems: () => readonly string[];
  readonly destinations: () => Readonly<Record<string, string>>;
  /** Parts that are told and looked after, while the process does its work without them. */
  readonly dispensable?: readonly string[];
  readonly log: Log;
}

/** A disk this full is told; the ledger itself refuses when it cannot hold another message. */
export const DISK_USED_WARN = 0.9;
export const CHECK_MS_MAX = 2_000;

const OK: PartHealth = Object.freeze({ ok: true });

export function createHealth(options: HealthOptions): Health {
  const { ledger, queue, modelProblems, log, dispensable = [] } = options;
  let stopping = false;
  // The start itself is told by whoever starts.
  let wasReady = true;
  return {
    stopping: () => {
      stopping = true;
    },
    async check() {
      const problems = modelProblems();
      const parts: Record<string, PartHealth> = {
        ledger: await part(() => ledger.health.check()),
        queue: await part(() => queue.check()),
        models: problems.length === 0 ? OK : { ok: false, why: problems.join('; ') },
        life: stopping ? { ok: false, why: 'stopping' } : OK,
      };
      const used = await ledger.health.diskUsed().catch(() => null);
      if (used !== null && used >= DISK_USED_WARN) log('diskFilling', { share: used });
      const failing = Object.keys(parts).filter(
        (name) => parts[name]?.ok === false && !dispensable.includes(name),
      );
      const ready = failing.length === 0;
      if (ready !== wasReady) {
        log(ready ? 'ready' : 'notReady', ready ? {} : { name: failing.join(',') });
      }
      wasReady = ready;
      return {
        ready,
        parts,
        destinations: options.destinations(),
        feeds: parts['ledger']?.ok === true ? await feedsOf(ledger.feeds) : [],
      };
    },
  };
}

async function feedsOf(feeds: Pick<Feeds, 'subscriptions' | 'sweeps'>): Promise<FeedHealth[]> {
  try {
    const [subscriptions, sweeps] = [await feeds.subscriptions(), await feeds.sweeps()];
    const criteria = [...new Set([...subscriptions, ...sweeps].map((one) => one.criteria))];
    return criteria.map((one) => {
      const subscription = subscriptions.find((each) => each.criteria === one);
      const sweep = sweeps.find((each) => each.criteria === one);
      return {
        criteria: one,
        subscription: subscription?.status ?? null,
        without: subscription?.without ?? [],
        sweepAgeSeconds: sweep ? Math.round((Date.now() - sweep.sweptAtMs) / 1000) : null,
      };
    });
  } catch {
    // The ledger is away, which its own part says.
    return [];
  }
}

/** A part that hangs is a part that is down: a probe must not wait with it. */
async function part(check: () => Promise<void>): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartHealth>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS_MAX, { ok: false, why: 'no answer in time' });
  });
  const answered = check().then(
    () => OK,
    (error: unknown): PartHealth => ({ ok: false, why: failureOf(error).code }),
  );
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  return result;
}
