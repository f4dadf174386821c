import { Gauge, type Registry } from 'prom-client';
import type { Feeds } from '../ledger/feeds.js';

/** How the EHR tells us of ECGs, by criterion, as the ledger has it: every process says the same. */
export function createFeedGauges(
  registry: Registry,
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
  return async (feeds) => {
    try {
      const [subscriptions, sweeps] = [await feeds.subscriptions(), await feeds.sweeps()];
      for (const one of [active, repairs, age]) one.reset();
      for (const one of subscriptions) {
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
