import { failureOf } from '../core/failure.js';
import type { DestinationState } from '../ledger/destinations.js';
import type { LedgerCounts } from '../ledger/health.js';
import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';
import { bannersOf, type Banner, type DestinationTrouble } from './banner.js';

export interface BannerReaderOptions {
  readonly ledger: Pick<Ledger, 'health' | 'destinations'>;
  readonly queue: Pick<WorkQueue, 'check'>;
  readonly modelProblems: () => readonly string[];
  readonly evaluation: () => readonly string[];
  readonly isCut: () => boolean;
  readonly intervalsMinutes: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Asked for more often than this it answers what it said: every page asks, and counts cost. */
export const READ_EVERY_MS = 2_000;

/** Reads what the banner tells from all parts; a part that does not answer is told, not waited for. */
export function createBannerReader(options: BannerReaderOptions): () => Promise<readonly Banner[]> {
  const startedAtMs = options.now();
  const noticed = new Map<string, number>();
  let last: { readonly atMs: number; readonly told: Promise<readonly Banner[]> } | null = null;
  const read = async (): Promise<readonly Banner[]> => {
    const nowMs = options.now();
    const notices = bannersOf({
      ...(await ledgerFacts(options, nowMs)),
      queueAway: !(await works(() => options.queue.check())),
      modelProblems: options.modelProblems(),
      evaluation: options.evaluation(),
      isCut: options.isCut(),
      intervalsMinutes: options.intervalsMinutes,
      startedAtMs,
      nowMs,
    });
    for (const id of noticed.keys()) {
      if (!notices.some((notice) => notice.id === id)) noticed.delete(id);
    }
    return notices.map((notice) => {
      const sinceMs = noticed.get(notice.id) ?? nowMs;
      noticed.set(notice.id, sinceMs);
      return { ...notice, since: notice.since ?? new Date(sinceMs).toISOString() };
    });
  };
  return () => {
    const nowMs = options.now();
    if (last === null || nowMs - last.atMs >= READ_EVERY_MS) last = { atMs: nowMs, told: read() };
    return last.told;
  };
}

interface LedgerFacts {
  readonly counts: LedgerCounts | null;
  readonly ledgerAway: boolean;
  readonly ledgerFull: boolean;
  readonly diskUsed: number | null;
  readonly destinations: readonly DestinationTrouble[];
}

async function ledgerFacts({ ledger }: BannerReaderOptions, nowMs: number): Promise<LedgerFacts> {
  const checked = await ledger.health.check().then(
    () => null,
    (error: unknown) => failureOf(error).code,
  );
  const counts = await ledger.health.counts().catch(() => null);
  const states = await ledger.destinations.states(nowMs).catch((): DestinationState[] => []);
  return {
    counts,
    ledgerAway: (checked !== null && checked !== 'ledger-full') || counts === null,
    ledgerFull: checked === 'ledger-full',
    diskUsed: await ledger.health.diskUsed().catch(() => null),
    destinations: states,
  };
}

async function works(check: () => Promise<void>): Promise<boolean> {
  return check().then(
    () => true,
    () => false,
  );
}
