import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { createFeedGauges, type FeedInForce } from './feed-gauges.js';
import type { Log, LogEvent } from '../core/log.js';
import type { LedgerCounts } from '../ledger/health.js';
import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';
import type { Health } from './health.js';

export interface Metrics {
  /** Counts what is logged: an event is told once and seen twice. */
  readonly log: Log;
  /** What the gauges read, once it is open: the log is needed before the ledger is there. */
  watch(sources: MetricsSources): void;
  render(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsSources {
  readonly ledger: Pick<Ledger, 'health' | 'feeds'>;
  readonly queue: Pick<WorkQueue, 'depths'>;
  readonly health: Pick<Health, 'check'>;
}

export interface MetricsOptions {
  readonly intervalsMinutes: Readonly<Record<string, string>>;
  readonly feed: FeedInForce;
  readonly now: () => number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const TIMED: Partial<Record<LogEvent, string>> = {
  received: 'accept',
  receivedFaulty: 'accept',
  scored: 'score',
  delivered: 'deliver',
};

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'leadwire_process_' });
  const events = new Counter({
    name: 'leadwire_events_total',
    help: 'Log events by number and name, door and outcome.',
    labelNames: ['event', 'door', 'outcome', 'code'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'leadwire_stage_seconds',
    help: 'Time one ECG takes in a stage.',
    labelNames: ['stage'],
    buckets: SECONDS,
    registers: [registry],
  });
  const gauges = createGauges(registry, options);
  const feedGauges = createFeedGauges(registry, options.feed, options.now);
  const refresh = async (opened: MetricsSources): Promise<void> => {
    await gauges(opened);
    await feedGauges(opened.ledger.feeds);
  };
  let sources: MetricsSources | null = null;
  return {
    watch: (opened) => {
      sources = opened;
    },
    log: (event, fields = {}) => {
      const { door = '', outcome = '', code = '', elapsedMs } = fields;
      events.inc({ event, door, outcome, code });
      const stage = TIMED[event];
      if (stage !== undefined && elapsedMs !== undefined) {
        seconds.observe({ stage }, elapsedMs / 1000);
      }
    },
    async render() {
      if (sources) await refresh(sources);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** Read from the ledger when asked, so that a restart or a second process tells the same truth. */
function createGauges(
  registry: Registry,
  options: MetricsOptions,
): (sources: MetricsSources) => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge('leadwire_ledger_up', '1 when the ledger answered this scrape.');
  const ready = gauge('leadwire_ready', '1 for each part of the service that is ready.', 'part');
  const rows = gauge('leadwire_ledger_rows', 'Rows of the ledger by state.', 'table', 'state');
  const oldest = gauge(
    'leadwire_oldest_open_seconds',
    'Age of the oldest work still open, by stage.',
    'stage',
  );
  const depth = gauge('leadwire_queue_jobs', 'Jobs waiting, delayed or running.', 'kind');
  const disk = gauge('leadwire_disk_used_ratio', 'Share of the ledger disk in use.');
  const silence = gauge(
    'leadwire_sender_silence_seconds',
    'Time since the last message of a sender.',
    'sender',
  );
  const expected = gauge(
    'leadwire_sender_expected_interval_seconds',
    'Longest usual silence of a sender, as configured.',
    'sender',
  );
  for (const [sender, minutes] of Object.entries(options.intervalsMinutes)) {
    expected.set({ sender }, Number(minutes) * 60);
  }
  const show = (counts: LedgerCounts): void => {
    rows.reset();
    const tables = {
      receipts: counts.receiptsByOutcome,
      assessments: counts.assessmentsByState,
      deliveries: counts.deliveriesByState,
    };
    for (const [table, states] of Object.entries(tables)) {
      for (const [state, count] of Object.entries(states)) rows.set({ table, state }, count);
    }
    for (const [stage, ageMs] of Object.entries(counts.oldestMs)) {
      oldest.set({ stage }, ageMs / 1000);
    }
    for (const { sender, lastSeenMs } of counts.senders) {
      silence.set({ sender }, (options.now() - lastSeenMs) / 1000);
    }
  };
  return async ({ ledger, queue, health }) => {
    for (const [part, { ok }] of Object.entries((await health.check()).parts)) {
      ready.set({ part }, ok ? 1 : 0);
    }
    try {
      show(await ledger.health.counts());
      up.set(1);
      const used = await ledger.health.diskUsed();
      if (used !== null) disk.set(used);
    } catch {
      up.set(0);
    }
    try {
      for (const [kind, jobs] of Object.entries(await queue.depths())) {
        depth.set({ kind }, jobs);
      }
    } catch {
      depth.reset();
    }
  };
}
