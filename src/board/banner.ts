import type { LedgerCounts } from '../ledger/health.js';

/** What everyone at the board has to know before they trust its list. */
export interface Banner {
  readonly id: string;
  readonly level: 'warning' | 'critical';
  readonly text: string;
  readonly since: string;
}

/** A banner before anybody knows since when; where the trouble itself says so, it is known. */
export type Notice = Omit<Banner, 'since'> & { readonly since: string | null };

export interface BannerFacts {
  /** Null where the ledger does not answer. */
  readonly counts: LedgerCounts | null;
  readonly ledgerAway: boolean;
  readonly ledgerFull: boolean;
  readonly diskUsed: number | null;
  /** Destinations that hold work back, by name. */
  readonly destinations: readonly DestinationTrouble[];
  readonly modelProblems: readonly string[];
  readonly queueAway: boolean;
  readonly evaluation: readonly string[];
  readonly isCut: boolean;
  /** Longest usual silence of each sender. */
  readonly intervalsMinutes: Readonly<Record<string, string>>;
  readonly startedAtMs: number;
  readonly nowMs: number;
}

export interface DestinationTrouble {
  readonly name: string;
  readonly parked: number;
  readonly paused: boolean;
  /** Of the oldest that is still to be delivered. */
  readonly oldestMs: number;
}

export const DISK_USED_MAX = 0.9;
/** A delivery that waits for longer means that nobody takes it. */
export const DELIVERY_MS_MAX = 5 * 60_000;
const MINUTE_MS = 60_000;

/** In the order of their weight. Texts hold no running numbers: a banner is told when it changes. */
export function bannersOf(facts: BannerFacts): readonly Notice[] {
  return [
    ...ofLedger(facts),
    ...ofSenders(facts),
    ...facts.destinations.flatMap(ofDestination),
    ...ofService(facts),
  ];
}

function ofLedger({ ledgerAway, ledgerFull, diskUsed, queueAway }: BannerFacts): Notice[] {
  const banners: Notice[] = [];
  if (ledgerAway) {
    banners.push(critical('ledger', 'The ledger does not answer: this list may be out of date.'));
  }
  if (ledgerFull || (diskUsed !== null && diskUsed >= DISK_USED_MAX)) {
    const text = ledgerFull
      ? 'The disk is full: no new ECG can be taken.'
      : 'The disk is nearly full: soon no new ECG can be taken.';
    banners.push({ ...critical('disk', text), level: ledgerFull ? 'critical' : 'warning' });
  }
  if (queueAway) banners.push(warning('queue', 'The queue does not answer: results are late.'));
  return banners;
}

function ofSenders(facts: BannerFacts): Notice[] {
  const { counts, intervalsMinutes, startedAtMs, nowMs } = facts;
  if (counts === null) return [];
  const seen = new Map(counts.senders.map(({ sender, lastSeenMs }) => [sender, lastSeenMs]));
  return Object.entries(intervalsMinutes).flatMap(([sender, minutes]) => {
    const lastSeenMs = seen.get(sender);
    const silentSinceMs = lastSeenMs ?? startedAtMs;
    if (nowMs - silentSinceMs <= Number(minutes) * MINUTE_MS) return [];
    const text =
      lastSeenMs === undefined
        ? `Nothing has come from ${sender} yet.`
        : `Nothing has come from ${sender} for longer than its usual ${minutes} minutes.`;
    const since = new Date(silentSinceMs).toISOString();
    return [{ ...critical(`silent:${sender}`, text), since }];
  });
}

function ofDestination({ name, parked, paused, oldestMs }: DestinationTrouble): Notice[] {
  const banners: Notice[] = [];
  if (parked > 0) {
    const text = `Deliveries to ${name} were given up and wait for a person.`;
    banners.push(critical(`parked:${name}`, text));
  }
  if (paused) banners.push(warning(`paused:${name}`, `Deliveries to ${name} are paused.`));
  else if (oldestMs > DELIVERY_MS_MAX) {
    banners.push(critical(`late:${name}`, `${name} takes no deliveries now.`));
  }
  return banners;
}

function ofService({ modelProblems, evaluation, isCut }: BannerFacts): Notice[] {
  const banners: Notice[] = [];
  if (modelProblems.length > 0) {
    banners.push(critical('models', `Not every model is ready: ${modelProblems.join('; ')}.`));
  }
  if (isCut) {
    banners.push(warning('cut', 'There are more patients than this list shows.'));
  }
  if (evaluation.length > 0) {
    banners.push(
      warning('evaluation', `For evaluation only, not for care. ${evaluation.join(' ')}`),
    );
  }
  return banners;
}

function critical(id: string, text: string): Notice {
  return { id, level: 'critical', text, since: null };
}

function warning(id: string, text: string): Notice {
  return { id, level: 'warning', text, since: null };
}
