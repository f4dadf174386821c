import { Gauge, type Registry } from 'prom-client';
import type { Feeds } from '../ledger/feeds.js';

/** How a process is told to learn of ECGs at the EHR. */
export interface FeedInForce {
  readonly kind: 'off' | 'sweep' | 'rest-hook' | 'topic';
  readonly sweepSeconds: number;
}

/**
 * How the EHR tells us of ECGs, by criterion, as the ledger has it: every process says the same. What
 * the ledger still holds of a way that is no longer used is not told, as nobody looks after it.
 */
export function createFeedGauges(
  registry: Registry,
  { kind, sweepSeconds }: FeedInForce,
  now: () => number,
): (feeds: Pick<Feeds, 'subscriptions' | 'sweeps'>) => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['criteria'], registers: [registry] });
  const active = gauge(
    'leadwire_subscription_active',
    '1 while our Subscription at the FHIR server is active, by criteria.',
  );
  const repairs = gauge(
    'leadwire_subscription_repairs',
    'How often our Subscription had to be asked for again, by criteria.',
  );
  const age = gauge(
    'leadwire_sweep_age_seconds',
    'Time since the last sweep of the FHIR server that came to its end, by criteria.',
  );
  const interval = new Gauge({
    name: 'leadwire_sweep_interval_seconds',
    help: 'How often the FHIR server is swept, as configured; nothing where it is not.',
    registers: [registry],
  });
  interval.remove();
  if (kind !== 'off') interval.set(sweepSeconds);
  return async (feeds) => {
    if (kind === 'off') return;
    try {
      const [subscriptions, sweeps] = [await feeds.subscriptions(), await feeds.sweeps()];
      for (const one of [active, repairs, age]) one.reset();
      for (const one of kind === 'sweep' ? [] : subscriptions) {
        active.set({ criteria: one.criteria }, one.status === 'active' ? 1 : 0);
        repairs.set({ criteria: one.criteria }, one.repairs);
      }
      for (const { criteria, sweptAtMs } of sweeps) {
        age.set({ criteria }, Math.max(0, (now() - sweptAtMs) / 1000));
      }
    } catch {
      for (const one of [active, repairs, age]) one.reset();
    }
  };
}
