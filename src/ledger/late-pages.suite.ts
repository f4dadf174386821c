import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import { alarm } from './alerts.suite.js';
import type { Delivery } from './ledger.js';
import type { Bench } from './ledger.suite.js';

const LEASE_MS = 60_000;

/** What becomes of a page that was born before somebody acted on its alert. */
export function latePageRules(bench: () => Bench): void {
  const deliveries = () => bench().ledger.deliveries;
  const act = (alertId: string, action: 'acknowledge' | 'escalate' | 'resolve') => {
    const by = { actor: 'dr-a', via: 'board', atMs: bench().clock.nowMs } as const;
    return bench().ledger.alerts.act(alertId, { action, ...by });
  };
  const escalated = async (seed: number, patient: string) => {
    const { assessmentId, alerts } = await alarm(bench(), seed, patient);
    const alertId = alerts[0]?.id ?? '';
    await act(alertId, 'escalate');
    const page = async (kind: Delivery['kind']): Promise<Delivery> => {
      const all = await deliveries().ofAssessment(assessmentId);
      const found = all.find((one) => one.kind === kind);
      if (!found) throw new Error(`there is no ${kind}`);
      return found;
    };
    const claim = async (kind: Delivery['kind']): Promise<Delivery> => {
      const claimed = await deliveries().claim((await page(kind)).id, 'worker', LEASE_MS);
      if (!claimed) throw new Error(`the ${kind} is not claimable`);
      return claimed;
    };
    return { assessmentId, alertId, page, claim };
  };

  test('an escalation of an alert that was taken ends, and is born again when it is asked for', async () => {
    const { alertId, page, claim } = await escalated(361, 'L1');
    const { id, fence } = await claim('escalation');
    await expect(deliveries().endUnwanted(id, fence)).resolves.toBeNull();
    await act(alertId, 'acknowledge');
    await expect(deliveries().endUnwanted(id, fence)).resolves.toMatchObject({
      code: 'page-not-wanted',
    });
    await expect(page('escalation')).resolves.toMatchObject({ state: 'cancelled' });
    const again = await act(alertId, 'escalate');
    expect(again?.deliveryIds).toContain(id);
    await expect(page('escalation')).resolves.toMatchObject({
      state: 'pending',
      attempts: 0,
      failure: null,
    });
  });

  test('the first page of an alert that was taken is sent, of one that ended it is not', async () => {
    const { alertId, claim } = await escalated(362, 'L2');
    const { id, fence } = await claim('alert');
    await act(alertId, 'acknowledge');
    await expect(deliveries().endUnwanted(id, fence)).resolves.toBeNull();
    await act(alertId, 'resolve');
    await expect(deliveries().endUnwanted(id, fence)).resolves.toMatchObject({
      code: 'page-not-wanted',
    });
  });

  test('one whose bytes may have left goes on, in this attempt and in the next', async () => {
    const { alertId, claim } = await escalated(363, 'L3');
    const { id, fence } = await claim('escalation');
    await deliveries().sending(id, fence);
    await act(alertId, 'resolve');
    await expect(deliveries().endUnwanted(id, fence)).resolves.toBeNull();
    bench().clock.nowMs += LEASE_MS;
    const next = await claim('escalation');
    expect(next.outcomeUnknown).toBe(true);
    await expect(deliveries().endUnwanted(id, next.fence)).resolves.toBeNull();
  });

  test('under an older claim nothing is ended', async () => {
    const { alertId, claim } = await escalated(364, 'L4');
    const { id, fence } = await claim('escalation');
    bench().clock.nowMs += LEASE_MS;
    await claim('escalation');
    await act(alertId, 'resolve');
    await expect(deliveries().endUnwanted(id, fence)).rejects.toMatchObject({
      failure: { code: 'lease-lost' },
    });
  });

  test('a destination that refused to be told what became of an alert is known by it', async () => {
    const takes = async () => {
      const states = await bench().ledger.destinations.states(bench().clock.nowMs);
      return states.find(({ name }) => name === 'ehr')?.takesUpdates;
    };
    const { alertId, claim, page } = await escalated(365, 'L5');
    const first = await claim('alert-update');
    const why = failure('updates-not-taken', 'as the spec wants it');
    await deliveries().end(first.id, first.fence, why);
    expect(await takes()).toBe(false);
    await expect(page('alert-update')).resolves.toMatchObject({
      state: 'cancelled',
      failure: why,
    });
    expect((await deliveries().parked(1_000)).map(({ id }) => id)).not.toContain(first.id);
    bench().clock.nowMs += 1_000;
    const acted = await act(alertId, 'acknowledge');
    const taken = await deliveries().claim(acted?.deliveryIds[0] ?? '', 'worker', LEASE_MS);
    await deliveries().confirm(taken?.id ?? '', taken?.fence ?? 0, 'Flag/1');
    expect(await takes()).toBe(true);
  });
}
