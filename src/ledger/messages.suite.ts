import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import {
  arrivalOf,
  ASSESSMENT,
  ecgVerdict,
  entryOf,
  NOON_MS,
  OUTCOMES,
  UNDER,
} from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';
import type { MessageQuery } from './messages.js';

export function messageRules(bench: () => Bench): void {
  const receipts = () => bench().ledger.receipts;
  const idsOf = async (query: Partial<MessageQuery>) => {
    const { messages } = await bench().ledger.messages.search({ limit: 100, ...query });
    return messages.map(({ id }) => id);
  };
  const patient = { authority: 'HOSP', value: 'MRN 9/1', others: [], name: null };
  const order = { authority: 'ORDERS', value: 'O-91' };

  test('a message is found by patient, order, control id, sender, outcome and time', async () => {
    const entry = entryOf(9_100, { patient, order });
    const arrival = arrivalOf({ sender: 'BROWSED', messageId: 'B-1', receivedAtMs: NOON_MS + 5 });
    const first = await receipts().accept(arrival, ecgVerdict(entry), UNDER);
    const again = await receipts().accept(
      { ...arrival, receivedAtMs: NOON_MS + 6 },
      ecgVerdict(entry),
      UNDER,
    );
    const faulty = await receipts().accept(
      arrivalOf({ sender: 'BROWSED', receivedAtMs: NOON_MS + 7 }),
      { outcome: 'at-fault', failure: failure('lead-missing', 'V3 is missing') },
      UNDER,
    );
    const both = [again.receiptId, first.receiptId];
    expect(await idsOf({ patient: 'MRN 9/1' })).toEqual(both);
    expect(await idsOf({ order: 'O-91' })).toEqual(both);
    expect(await idsOf({ controlId: 'B-1' })).toEqual(both);
    expect(await idsOf({ sender: 'BROWSED' })).toEqual([faulty.receiptId, ...both]);
    expect(await idsOf({ sender: 'BROWSED', outcome: 'at-fault' })).toEqual([faulty.receiptId]);
    expect(await idsOf({ sender: 'BROWSED', toMs: NOON_MS + 5 })).toEqual([first.receiptId]);
    expect(await idsOf({ sender: 'BROWSED', fromMs: NOON_MS + 7 })).toEqual([faulty.receiptId]);
    expect(await idsOf({ patient: 'nobody' })).toEqual([]);
  });

  test('pages follow each other without a gap, also among messages of one instant', async () => {
    const all: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const arrival = arrivalOf({ sender: 'PAGED', receivedAtMs: NOON_MS + 0.5 });
      all.push((await receipts().accept(arrival, { outcome: 'not-ours' }, UNDER)).receiptId);
    }
    const found: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const query = { sender: 'PAGED', limit: 2, ...(after === undefined ? {} : { after }) };
      const page = await bench().ledger.messages.search(query);
      found.push(...page.messages.map(({ id }) => id));
      after = page.next;
    }
    expect(found).toEqual([...all].sort().reverse());
    expect(await idsOf({ sender: 'PAGED', after: 'somewhere' })).toEqual([]);
  });

  test('says how long it took until the ECG was assessed', async () => {
    const { clock, ledger } = bench();
    const arrival = arrivalOf({ sender: 'TIMED', receivedAtMs: clock.nowMs });
    const accepted = await receipts().accept(arrival, ecgVerdict(entryOf(9_300)), UNDER);
    const timed = () => ledger.messages.search({ sender: 'TIMED', limit: 1 });
    expect((await timed()).messages[0]?.latencyMs).toBeNull();
    clock.nowMs += 750;
    await ledger.assessments.complete(accepted.assessmentId ?? '', ASSESSMENT, OUTCOMES, []);
    expect((await timed()).messages[0]?.latencyMs).toBe(750);
  });
}
