import { expect, test } from '@jest/globals';
import type { Heard } from './feeds.js';
import { arrivalOf, UNDER } from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';

export function feedRules(bench: () => Bench): void {
  const heard = (more: Partial<Heard>): Heard => ({
    kind: 'event',
    atMs: bench().clock.nowMs,
    eventCount: null,
    numbers: [],
    ...more,
  });

  test('a lease is one owner’s until it ends, runs out or is renewed', async () => {
    const { ledger, clock } = bench();
    const { feeds } = ledger;
    await expect(feeds.lease('sweep', 'a', 1_000)).resolves.toBe(true);
    await expect(feeds.lease('sweep', 'b', 1_000)).resolves.toBe(false);
    await expect(feeds.lease('sweep', 'a', 2_000)).resolves.toBe(true);
    clock.nowMs += 2_000;
    await expect(feeds.lease('sweep', 'b', 1_000)).resolves.toBe(true);
    await feeds.release('sweep', 'a');
    await expect(feeds.lease('sweep', 'a', 1_000)).resolves.toBe(false);
    await feeds.release('sweep', 'b');
    await expect(feeds.lease('sweep', 'a', 1_000)).resolves.toBe(true);
    await feeds.release('sweep', 'a');
  });

  test('many that ask for a lease at one instant get it once', async () => {
    const { feeds } = bench().ledger;
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, i) => feeds.lease('rush', `worker-${i}`, 1_000)),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('sweeps and subscriptions are kept as last written, and only those configured', async () => {
    const { feeds } = bench().ledger;
    const sweep = { criteria: 'Observation?code=1', throughMs: 1_000, sweptAtMs: 2_000 };
    await feeds.saveSweep(sweep);
    await feeds.saveSweep({ ...sweep, throughMs: 1_500 });
    const subscription = {
      criteria: 'Observation?code=1',
      reference: 'Subscription/1',
      status: 'active',
      without: ['heartbeat', '$events'],
      repairs: 2,
      checkedAtMs: 3_000,
    } as const;
    await feeds.saveSubscription({ ...subscription, status: 'requested' });
    await feeds.saveSubscription(subscription);
    await feeds.askSweep(2_500);
    await expect(feeds.sweeps()).resolves.toEqual([
      { ...sweep, throughMs: 1_500, askedAtMs: 2_500 },
    ]);
    await expect(feeds.subscriptions()).resolves.toEqual([subscription]);
    await feeds.keepOnly(['Media?type=ecg']);
    await expect(feeds.sweeps()).resolves.toEqual([]);
    await expect(feeds.subscriptions()).resolves.toEqual([]);
  });

  test('remembers which events came, in any order and however often', async () => {
    const { feeds } = bench().ledger;
    const reference = 'Subscription/a';
    await expect(feeds.heardOf(reference)).resolves.toBeNull();
    await feeds.hear(reference, heard({ kind: 'handshake', eventCount: 0 }));
    await feeds.hear(reference, heard({ eventCount: 4, numbers: [4] }));
    await feeds.hear(reference, heard({ eventCount: 2, numbers: [2, 2] }));
    await feeds.hear(reference, heard({ eventCount: 2, numbers: [2] }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({
      throughNumber: 0,
      lastNumber: 4,
      numbers: [2, 4],
    });
    await feeds.settle(reference, 2);
    await feeds.settle(reference, 1);
    await feeds.hear(reference, heard({ eventCount: 1, numbers: [1] }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({
      throughNumber: 2,
      lastNumber: 4,
      numbers: [4],
    });
  });

  test('a heartbeat tells of events that never came; a handshake that counts anew begins anew', async () => {
    const { ledger, clock } = bench();
    const { feeds } = ledger;
    const reference = 'Subscription/b';
    await feeds.hear(reference, heard({ numbers: [7] }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({ throughNumber: 6 });
    await feeds.hear(reference, heard({ kind: 'heartbeat', eventCount: 9 }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({
      lastNumber: 9,
      heartbeatAtMs: clock.nowMs,
      handshakeAtMs: null,
    });
    clock.nowMs += 1_000;
    await feeds.hear(reference, heard({ kind: 'status', eventCount: 11 }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({
      lastNumber: 11,
      lastAtMs: clock.nowMs - 1_000,
    });
    await feeds.settle(reference, 11);
    await feeds.hear(reference, heard({ kind: 'handshake', eventCount: 0 }));
    await expect(feeds.heardOf(reference)).resolves.toMatchObject({
      throughNumber: 0,
      lastNumber: 0,
    });
  });

  test('knows which messages of a sender have a receipt', async () => {
    const { ledger } = bench();
    const arrival = arrivalOf({ sender: 'fhir', messageId: 'Observation/1/_history/1' });
    await ledger.receipts.accept(arrival, { outcome: 'not-ours' }, UNDER);
    const asked = ['Observation/1/_history/1', 'Observation/1/_history/2'];
    const known = await ledger.feeds.known('fhir', asked);
    expect([...known]).toEqual(['Observation/1/_history/1']);
    await expect(ledger.feeds.known('fhir', [])).resolves.toEqual(new Set());
    const unnamed = await ledger.receipts.accept(
      arrivalOf({ sender: 'fhir', messageId: null }),
      { outcome: 'to-fetch', reference: 'Observation/1' },
      UNDER,
    );
    await ledger.feeds.nameMessage(unnamed.receiptId, asked[1] ?? '');
    await ledger.feeds.nameMessage(unnamed.receiptId, 'something else');
    expect([...(await ledger.feeds.known('fhir', asked))].sort()).toEqual(asked);
  });
}
