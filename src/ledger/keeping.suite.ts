import { expect, test } from '@jest/globals';
import {
  arrivalOf,
  ASSESSMENT,
  DELIVERIES,
  ecgVerdict,
  entryOf,
  OUTCOMES,
  UNDER,
} from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';

const LEASE_MS = 30_000;

export function keepingRules(bench: () => Bench): void {
  test('purging takes what is old and done, and nothing that is still open', async () => {
    const { ledger } = bench();
    const { receipts, assessments, deliveries } = ledger;
    const old = { receivedAtMs: 1_000 };
    const accept = (seed: number) =>
      receipts.accept(arrivalOf(old), ecgVerdict(entryOf(seed)), UNDER);
    const [unscored, undelivered, done, seenAgain] = [
      await accept(71),
      await accept(72),
      await accept(73),
      await accept(74),
    ];
    for (const each of [undelivered, done, seenAgain]) {
      await assessments.complete(each.assessmentId ?? '', ASSESSMENT, OUTCOMES, DELIVERIES);
    }
    for (const each of [done, seenAgain]) {
      for (const { id } of await deliveries.ofAssessment(each.assessmentId ?? '')) {
        const claim = await deliveries.claim(id, 'worker', LEASE_MS);
        await deliveries.confirm(id, claim?.fence ?? 0, null);
      }
    }
    const recent = await receipts.accept(arrivalOf(), ecgVerdict(entryOf(74)), UNDER);
    const other = await receipts.accept(arrivalOf(old), { outcome: 'not-ours' }, UNDER);
    const toFetch = await receipts.accept(
      arrivalOf(old),
      { outcome: 'to-fetch', reference: 'Observation/1' },
      UNDER,
    );
    await receipts.purge(2_000);
    const alive = async ({ receiptId }: { receiptId: string }) =>
      (await receipts.get(receiptId)) !== null;
    for (const each of [unscored, undelivered, seenAgain, recent, toFetch]) {
      await expect(alive(each)).resolves.toBe(true);
      await expect(receipts.bytes(each.receiptId)).resolves.not.toBeNull();
    }
    for (const each of [done, other]) {
      await expect(alive(each)).resolves.toBe(false);
      await expect(receipts.bytes(each.receiptId)).resolves.toBeNull();
    }
    await expect(assessments.ecg(done.ecgId ?? '')).resolves.toBeNull();
    await expect(assessments.get(done.assessmentId ?? '')).resolves.toBeNull();
    await expect(deliveries.ofAssessment(done.assessmentId ?? '')).resolves.toEqual([]);
    await expect(receipts.purge(2_000)).resolves.toEqual({ receipts: 0, ecgs: 0 });
  });

  test('counts what stands where, since when, and when each sender was last heard', async () => {
    const { ledger, clock } = bench();
    const before = await ledger.health.counts();
    const arrival = arrivalOf({ sender: 'COUNTED', receivedAtMs: clock.nowMs });
    await ledger.receipts.accept(arrival, ecgVerdict(entryOf(81)), UNDER);
    clock.nowMs += 7_000;
    const after = await ledger.health.counts();
    expect(after.receiptsByOutcome['ecg']).toBe((before.receiptsByOutcome['ecg'] ?? 0) + 1);
    expect(after.assessmentsByState['pending']).toBe(
      (before.assessmentsByState['pending'] ?? 0) + 1,
    );
    expect(after.oldestMs.score).toBeGreaterThanOrEqual(7_000);
    const heard = await eventually(async () => {
      const { senders } = await ledger.health.counts();
      return senders.find(({ sender }) => sender === 'COUNTED');
    });
    expect(heard?.lastSeenMs).toBe(arrival.receivedAtMs);
  });

  test('is healthy while it can promise a commit', async () => {
    await expect(bench().ledger.health.check()).resolves.toBeUndefined();
    const used = await bench().ledger.health.diskUsed();
    if (used !== null) expect(used).toBeGreaterThan(0);
  });

  test('an audit entry is kept with its time, newest first', async () => {
    const { ledger, clock } = bench();
    const entry = { actor: 'dr-a', action: 'requeue', subject: 'delivery-1' };
    await ledger.audit.record(entry);
    await ledger.audit.record({ ...entry, action: 'replay' });
    await expect(ledger.audit.list(2)).resolves.toMatchObject([
      { ...entry, action: 'replay', atMs: clock.nowMs, outcome: 'done', via: null },
      { ...entry, atMs: clock.nowMs },
    ]);
    const [newest] = await ledger.audit.list(1);
    await expect(ledger.audit.after((newest?.id ?? 0) - 1, 10)).resolves.toEqual([newest]);
  });
}

/** The sender's note is written off the path of the answer. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let i = 0; i < 100; i += 1) {
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
