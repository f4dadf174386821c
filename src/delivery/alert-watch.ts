import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Acted, Alerts } from '../ledger/alerts.js';
import type { WorkQueue } from '../queue/queue.js';

export interface AlertWatchOptions {
  /** Ends what no ECG stands for any more, before anything is paged for it. */
  readonly endRound?: () => Promise<void>;
  readonly alerts: Pick<Alerts, 'due' | 'lookAfter'>;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly log: Log;
  readonly now: () => number;
}

export interface AlertWatch {
  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void>;
}

/** A second route within two minutes leaves room for two of these. */
export const ALERT_WATCH_MS = 5_000;
/** Alerts looked after in one round; what is left is the oldest of the next. */
export const ALERTS_A_ROUND_MAX = 200;

/** Looks for alerts whose time is up. Every worker does; the ledger lets one of them act. */
export function startAlertWatch(
  options: AlertWatchOptions,
  intervalMs = ALERT_WATCH_MS,
): AlertWatch {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await alertRound(options);
    if (stopped) return;
    timer = setTimeout(() => {
      turning = turn();
    }, intervalMs);
  };
  let turning = turn();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turning;
    },
  };
}

/** Never rejects: a ledger that is away is asked again in the next round. */
export async function alertRound(options: AlertWatchOptions): Promise<void> {
  const { alerts, queue, log, now, endRound } = options;
  await endRound?.();
  try {
    for (const { id } of await alerts.due(now(), ALERTS_A_ROUND_MAX)) {
      const acted = await alerts.lookAfter(id, now());
      if (!acted) continue;
      tell(acted, log);
      for (const deliveryId of acted.deliveryIds) await hurry(queue, deliveryId, log);
    }
  } catch (error) {
    log('ledgerAway', { code: failureOf(error).code });
  }
}

function tell({ changed, alert }: Acted, log: Log): void {
  const step = alert.events.at(-1)?.action;
  if (!changed || step === undefined) return;
  const about = { id: alert.id, assessmentId: alert.assessmentId, kind: alert.urgency };
  if (step === 'route') log('alertRerouted', about);
  if (step === 'escalate') log('alertEscalated', about);
}

/** The row is committed and due: where the queue is away the sweep finds it. */
async function hurry(
  queue: Pick<WorkQueue, 'enqueue'>,
  deliveryId: string,
  log: Log,
): Promise<void> {
  try {
    await queue.enqueue('deliver', deliveryId);
  } catch (error) {
    log('queueAway', { deliveryId, code: failureOf(error).code });
  }
}
