import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import { pendingAssessment } from './assessments.suite.js';
import { ASSESSMENT, DELIVERIES, OUTCOMES } from './ledger.fixtures.js';
import type { Delivery } from './ledger.js';
import type { Bench } from './ledger.suite.js';

const LEASE_MS = 30_000;

export function deliveryRules(bench: () => Bench): void {
  const deliveries = () => bench().ledger.deliveries;
  const dueIds = async () => {
    const due = await deliveries().due(bench().clock.nowMs, 1000);
    return due.map(({ id }) => id);
  };

  async function newDelivery(seed: number): Promise<string> {
    const assessment = await pendingAssessment(bench(), seed);
    const { assessments } = bench().ledger;
    const [id = ''] = await assessments.complete(assessment, ASSESSMENT, OUTCOMES, DELIVERIES);
    return id;
  }

  async function claimed(seed: number): Promise<Delivery> {
    const delivery = await deliveries().claim(await newDelivery(seed), 'worker', LEASE_MS);
    if (!delivery) throw new Error('not claimable');
    return delivery;
  }

  test('of claims that race exactly one wins', async () => {
    const id = await newDelivery(51);
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd'].map((owner) => deliveries().claim(id, owner, LEASE_MS)),
    );
    const won = claims.filter((claim) => claim !== null);
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({ state: 'claimed', attempts: 1, outcomeUnknown: false });
    expect(await dueIds()).not.toContain(id);
  });

  test('a confirmed delivery stands, is never claimable and never due again', async () => {
    const { id, fence } = await claimed(52);
    await deliveries().sending(id, fence);
    await deliveries().confirm(id, fence, 'RiskAssessment/1');
    await expect(deliveries().get(id)).resolves.toMatchObject({
      state: 'delivered',
      remoteReference: 'RiskAssessment/1',
      deliveredAtMs: bench().clock.nowMs,
      outcomeUnknown: false,
    });
    bench().clock.nowMs += LEASE_MS * 10;
    await expect(deliveries().claim(id, 'other', LEASE_MS)).resolves.toBeNull();
    await expect(deliveries().requeue(id, 0)).resolves.toBe(false);
    expect(await dueIds()).not.toContain(id);
  });

  test('a lease that ran out is claimed under a higher fence, and the old worker is fenced off', async () => {
    const old = await claimed(53);
    await expect(deliveries().claim(old.id, 'other', LEASE_MS)).resolves.toBeNull();
    bench().clock.nowMs += LEASE_MS;
    expect(await dueIds()).toContain(old.id);
    const next = await deliveries().claim(old.id, 'other', LEASE_MS);
    expect(next?.fence).toBeGreaterThan(old.fence);
    const lost = { failure: { code: 'lease-lost' } };
    const { id, fence } = old;
    const away = failure('destination-away', 'no answer');
    await expect(deliveries().confirm(id, fence, null)).rejects.toMatchObject(lost);
    await expect(deliveries().renew(id, fence, LEASE_MS)).rejects.toMatchObject(lost);
    await expect(deliveries().sending(id, fence)).rejects.toMatchObject(lost);
    await expect(deliveries().failed(id, fence, away, 0, true)).rejects.toMatchObject(lost);
    await expect(deliveries().get(id)).resolves.toEqual(next);
  });

  test('a renewed lease holds for as long again', async () => {
    const { id, fence } = await claimed(54);
    bench().clock.nowMs += LEASE_MS - 1;
    await deliveries().renew(id, fence, LEASE_MS);
    bench().clock.nowMs += LEASE_MS - 1;
    await expect(deliveries().claim(id, 'other', LEASE_MS)).resolves.toBeNull();
    await deliveries().confirm(id, fence, null);
  });

  test('a crash in the middle of sending leaves a doubt, one before it leaves none', async () => {
    const calm = await claimed(55);
    const doubtful = await claimed(56);
    await deliveries().sending(doubtful.id, doubtful.fence);
    bench().clock.nowMs += LEASE_MS;
    const again = await deliveries().claim(calm.id, 'next', LEASE_MS);
    const doubt = await deliveries().claim(doubtful.id, 'next', LEASE_MS);
    expect([again?.outcomeUnknown, doubt?.outcomeUnknown]).toEqual([false, true]);
  });

  test('an ambiguous failure leaves a doubt that a later clear one does not take away', async () => {
    const { id, fence } = await claimed(57);
    const unknown = failure('destination-outcome-unknown', 'no answer in time');
    const later = bench().clock.nowMs + 1_000;
    await deliveries().sending(id, fence);
    await deliveries().failed(id, fence, unknown, later, false);
    await expect(deliveries().get(id)).resolves.toMatchObject({
      state: 'pending',
      attempts: 1,
      dueAtMs: later,
      failure: unknown,
      outcomeUnknown: true,
    });
    expect(await dueIds()).not.toContain(id);
    bench().clock.nowMs = later;
    expect(await dueIds()).toContain(id);
    const second = await deliveries().claim(id, 'worker', LEASE_MS);
    const away = failure('destination-away', 'refused');
    await deliveries().failed(id, second?.fence ?? 0, away, later, false);
    const third = await deliveries().claim(id, 'worker', LEASE_MS);
    expect(third?.outcomeUnknown).toBe(true);
  });

  test('a clear failure leaves no doubt', async () => {
    const { id, fence } = await claimed(58);
    await deliveries().sending(id, fence);
    await deliveries().failed(id, fence, failure('destination-busy', '429'), 0, false);
    const again = await deliveries().claim(id, 'worker', LEASE_MS);
    expect(again).toMatchObject({ outcomeUnknown: false, attempts: 2 });
  });

  test('a parked delivery waits for a person, who may requeue it', async () => {
    const { id, fence } = await claimed(59);
    await expect(deliveries().requeue(id, 7)).resolves.toBe(false);
    await deliveries().failed(id, fence, failure('destination-refused', '422'), 0, true);
    await expect(deliveries().claim(id, 'worker', LEASE_MS)).resolves.toBeNull();
    expect(await dueIds()).not.toContain(id);
    expect((await deliveries().parked(1000)).map((each) => each.id)).toContain(id);
    await expect(deliveries().requeue(id, 7)).resolves.toBe(true);
    const again = await deliveries().claim(id, 'worker', LEASE_MS);
    expect(again).toMatchObject({ state: 'claimed', attempts: 1, dueAtMs: 7 });
    expect(again?.fence).toBeGreaterThan(fence);
  });

  test('confirming twice under one fence says that the lease is gone', async () => {
    const { id, fence } = await claimed(60);
    await deliveries().confirm(id, fence, null);
    await expect(deliveries().confirm(id, fence, null)).rejects.toMatchObject({
      failure: { code: 'lease-lost' },
    });
  });

  test('what is not there is null', async () => {
    await expect(deliveries().get('none')).resolves.toBeNull();
    await expect(deliveries().claim('none', 'worker', LEASE_MS)).resolves.toBeNull();
    await expect(deliveries().ofAssessment('none')).resolves.toEqual([]);
  });
}
