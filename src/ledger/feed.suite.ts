import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import { pendingAssessment } from './assessments.suite.js';
import {
  ASSESSMENT,
  arrivalOf,
  DELIVERIES,
  ecgVerdict,
  entryOf,
  OUTCOMES,
} from './ledger.fixtures.js';
import { UNDER } from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';

const LEASE_MS = 30_000;

export function feedRules(bench: () => Bench): void {
  const feed = () => bench().ledger.feed;
  const since = async (cursor: string) => (await feed().after(cursor, 1000)).changes;

  test('tells of an arrival and of its assessment, each once and in that order', async () => {
    const cursor = await feed().head();
    const id = await pendingAssessment(bench(), 701);
    const record = await bench().ledger.assessments.get(id);
    const [current] = await bench().ledger.board.load([record?.ecgId ?? '']);
    await bench().ledger.assessments.complete(id, ASSESSMENT, OUTCOMES, []);
    await bench().ledger.assessments.complete(id, ASSESSMENT, OUTCOMES, []);
    expect(await since(cursor)).toEqual([
      { what: 'ecg', group: current?.group },
      { what: 'assessment', group: current?.group },
    ]);
  });

  test('a reader that goes on page by page misses nothing and reads nothing twice', async () => {
    const start = await feed().head();
    for (const seed of [711, 731, 751]) await pendingAssessment(bench(), seed);
    const groups: (string | null)[] = [];
    let cursor = start;
    for (let more = true; more;) {
      const page = await feed().after(cursor, 2);
      groups.push(...page.changes.map(({ group }) => group));
      ({ cursor, more } = page);
    }
    expect(new Set(groups).size).toBe(3);
    expect(groups).toHaveLength(3);
    expect(await since(cursor)).toEqual([]);
    expect(await since(start)).toHaveLength(3);
  });

  test('an arrival that brings nothing new is no change', async () => {
    await pendingAssessment(bench(), 771);
    const cursor = await feed().head();
    await bench().ledger.receipts.accept(arrivalOf(), ecgVerdict(entryOf(771)), UNDER);
    await bench().ledger.receipts.accept(arrivalOf(), { outcome: 'not-ours' }, UNDER);
    expect(await since(cursor)).toEqual([]);
  });

  test('tells of a delivery that is parked, and of one that goes on', async () => {
    const { deliveries, assessments } = bench().ledger;
    const id = await pendingAssessment(bench(), 791);
    const [born = ''] = await assessments.complete(id, ASSESSMENT, OUTCOMES, DELIVERIES);
    const cursor = await feed().head();
    const claim = await deliveries.claim(born, 'worker', LEASE_MS);
    expect(await since(cursor)).toEqual([]);
    const why = failure('destination-refused', 'no');
    await deliveries.failed(born, claim?.fence ?? 0, why, 0, true);
    await deliveries.requeue(born, 0);
    expect(await since(cursor)).toEqual([
      { what: 'delivery', group: null },
      { what: 'delivery', group: null },
    ]);
  });

  test('a cursor of another life, of the future or of no meaning is lost', async () => {
    const [epoch = '', xid = ''] = (await feed().head()).split('.');
    for (const cursor of [
      `00000000.${xid}.0`,
      `${epoch}.${'9'.repeat(17)}.0`,
      'x',
      '',
      `${epoch}.1`,
    ]) {
      await expect(feed().after(cursor, 10)).resolves.toMatchObject({ lost: true });
    }
  });

  test('what is purged is lost to cursors before it and to no other', async () => {
    const before = await feed().head();
    await pendingAssessment(bench(), 811);
    const behind = await feed().head();
    expect(await feed().purge(Date.now() + 60_000)).toBeGreaterThan(0);
    await expect(feed().after(before, 10)).resolves.toMatchObject({ lost: true });
    await expect(feed().after(behind, 10)).resolves.toMatchObject({ lost: false, changes: [] });
  });
}
