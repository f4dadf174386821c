import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import {
  arrivalOf,
  ecgOf,
  ecgVerdict,
  entryOf,
  microvolts,
  NOON_MS,
  UNDER,
} from './ledger.fixtures.js';
import { assessmentIdOf } from './identity.js';
import type { Bench } from './ledger.suite.js';

export function receiptRules(bench: () => Bench): void {
  const receipts = () => bench().ledger.receipts;
  const assessments = () => bench().ledger.assessments;

  test('an accepted ECG is kept whole: bytes, receipt, ECG and the assessment that is due', async () => {
    const arrival = arrivalOf();
    const entry = entryOf(11);
    const accepted = await receipts().accept(arrival, ecgVerdict(entry), UNDER);
    expect(accepted).toMatchObject({ outcome: 'ecg', isNewEcg: true, repeatOf: null });
    const receipt = await receipts().get(accepted.receiptId);
    expect(receipt).toMatchObject({
      door: 'mllp',
      sender: arrival.sender,
      messageId: arrival.messageId,
      byteLength: arrival.bytes.length,
      hints: arrival.hints,
      failure: null,
      ecgId: accepted.ecgId,
    });
    const bytes = await receipts().bytes(accepted.receiptId);
    expect(Buffer.from(bytes ?? [])).toEqual(Buffer.from(arrival.bytes));
    const { id, arrivedAtMs, sources, ...kept } =
      (await assessments().ecg(accepted.ecgId ?? '')) ?? {};
    expect(kept).toEqual(entry);
    expect({ id, arrivedAtMs, sources }).toEqual({
      id: accepted.ecgId,
      arrivedAtMs: arrival.receivedAtMs,
      sources: [{ receiptId: accepted.receiptId, door: 'mllp' }],
    });
    const record = await assessments().get(accepted.assessmentId ?? '');
    expect(record).toMatchObject({
      ecgId: accepted.ecgId,
      state: 'pending',
      isFirst: true,
      ...UNDER,
    });
  });

  test('an assessment is named after its ECG, whatever models and policy are in force', async () => {
    const others = { modelSet: 'models-of-tomorrow', policyVersion: 'policy-2' };
    const today = await receipts().accept(arrivalOf(), ecgVerdict(entryOf(71)), UNDER);
    const later = await receipts().accept(arrivalOf(), ecgVerdict(entryOf(72)), others);
    for (const { ecgId, assessmentId } of [today, later]) {
      expect(assessmentId).toBe(assessmentIdOf(ecgId ?? ''));
    }
  });

  test('receipts without an ECG are kept with their bytes and their reason', async () => {
    const why = failure('sample-not-a-number', 'lead II, sample 3', { location: 'OBX[3].5' });
    for (const outcome of ['at-fault', 'refused'] as const) {
      const arrival = arrivalOf({ messageId: null });
      const { receiptId } = await receipts().accept(arrival, { outcome, failure: why }, UNDER);
      await expect(receipts().get(receiptId)).resolves.toMatchObject({ outcome, failure: why });
      expect(Buffer.from((await receipts().bytes(receiptId)) ?? [])).toEqual(arrival.bytes);
    }
    const { receiptId } = await receipts().accept(arrivalOf(), { outcome: 'not-ours' }, UNDER);
    await expect(receipts().get(receiptId)).resolves.toMatchObject({ outcome: 'not-ours' });
  });

  test('the same message again is a repeat, gets the first answer and does nothing', async () => {
    const arrival = arrivalOf();
    const first = await receipts().accept(arrival, ecgVerdict(entryOf(12)), UNDER);
    await receipts().recordAnswer(first.receiptId, 'MSA|AA');
    const again = await receipts().accept(arrival, ecgVerdict(entryOf(12)), UNDER);
    expect(again).toMatchObject({
      outcome: 'repeat',
      repeatOf: first.receiptId,
      firstAnswer: 'MSA|AA',
      ecgId: first.ecgId,
      assessmentId: null,
      isNewEcg: false,
    });
    const ecg = await assessments().ecg(first.ecgId ?? '');
    expect(ecg?.sources).toHaveLength(1);
    await expect(receipts().bytes(again.receiptId)).resolves.toBeNull();
  });

  test('the same id with other content is kept and flagged; another sender’s is not the same id', async () => {
    const arrival = arrivalOf();
    const not = { outcome: 'not-ours' } as const;
    const first = await receipts().accept(arrival, not, UNDER);
    const other = await receipts().accept({ ...arrival, bytes: Buffer.from('other') }, not, UNDER);
    const third = await receipts().accept({ ...arrival, bytes: Buffer.from('other') }, not, UNDER);
    const stranger = await receipts().accept({ ...arrival, sender: 'WARD' }, not, UNDER);
    expect([first, other, stranger].map((each) => each.sameIdOtherContent)).toEqual([
      false,
      true,
      false,
    ]);
    expect(third).toMatchObject({ outcome: 'repeat', repeatOf: other.receiptId });
    await expect(receipts().get(other.receiptId)).resolves.toMatchObject({
      sameIdOtherContent: true,
    });
  });

  test('of equal messages that race exactly one is the first', async () => {
    const arrival = arrivalOf();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => receipts().accept(arrival, ecgVerdict(entryOf(13)), UNDER)),
    );
    const first = answers.filter(({ outcome }) => outcome === 'ecg');
    expect(first).toHaveLength(1);
    expect(new Set(answers.map(({ repeatOf }) => repeatOf))).toEqual(
      new Set([null, first[0]?.receiptId]),
    );
  });

  test('the same ECG by many doors at once is one ECG with one assessment and all sources', async () => {
    const doors = ['mllp', 'rest', 'fhir', 'mllp', 'rest', 'fhir'] as const;
    const answers = await Promise.all(
      doors.map((door) => receipts().accept(arrivalOf({ door }), ecgVerdict(entryOf(14)), UNDER)),
    );
    expect(new Set(answers.map(({ ecgId }) => ecgId)).size).toBe(1);
    expect(answers.filter(({ isNewEcg }) => isNewEcg)).toHaveLength(1);
    expect(answers.filter(({ assessmentId }) => assessmentId !== null)).toHaveLength(1);
    const ecg = await assessments().ecg(answers[0]?.ecgId ?? '');
    expect(ecg?.sources).toHaveLength(doors.length);
    expect(new Set(ecg?.sources.map(({ receiptId }) => receiptId))).toEqual(
      new Set(answers.map(({ receiptId }) => receiptId)),
    );
  });

  test('two formats that round one recording differently bring the same ECG', async () => {
    const exact = microvolts(15).map((lead) => lead.map((value) => value + 0.4));
    const stepped = exact.map((lead) => lead.map((value) => Math.round(value / 4.88) * 4.88));
    const near = { instantMs: NOON_MS + 59_000, flags: [] };
    const one = await receipts().accept(
      arrivalOf(),
      ecgVerdict(entryOf(15, { ecg: ecgOf(exact) })),
      UNDER,
    );
    const two = await receipts().accept(
      arrivalOf({ door: 'fhir' }),
      ecgVerdict(
        entryOf(15, { ecg: ecgOf(stepped), acquisition: near, sourceReference: 'Observation/7' }),
      ),
      UNDER,
    );
    expect(two).toMatchObject({ ecgId: one.ecgId, isNewEcg: false });
    const ecg = await assessments().ecg(one.ecgId ?? '');
    expect(ecg?.sourceReference).toBe('Observation/7');
  });

  test.each([
    ['another patient', entryOf(16, { patient: { ...patientOf(99) } })],
    ['a minute later', entryOf(16, { acquisition: { instantMs: NOON_MS + 60_001, flags: [] } })],
    ['a sample that differs by 6 microvolts', entryOf(16, { ecg: ecgOf(shifted(16, 6)) })],
    ['no time', entryOf(16, { acquisition: { instantMs: null, flags: ['time-missing'] } })],
  ])('%s makes it another ECG', async (_, other) => {
    const one = await receipts().accept(arrivalOf(), ecgVerdict(entryOf(16)), UNDER);
    const two = await receipts().accept(arrivalOf(), ecgVerdict(other), UNDER);
    expect(two.ecgId).not.toBe(one.ecgId);
  });

  test('an ECG without a time is the same only when every sample is', async () => {
    const timeless = { acquisition: { instantMs: null, flags: ['time-missing'] as const } };
    const [one, same, other] = [
      await receipts().accept(arrivalOf(), ecgVerdict(entryOf(17, timeless)), UNDER),
      await receipts().accept(arrivalOf(), ecgVerdict(entryOf(17, timeless)), UNDER),
      await receipts().accept(
        arrivalOf(),
        ecgVerdict(entryOf(17, { ...timeless, ecg: ecgOf(shifted(17, 1)) })),
        UNDER,
      ),
    ];
    expect(same.ecgId).toBe(one.ecgId);
    expect(other.ecgId).not.toBe(one.ecgId);
  });

  test('what is to be fetched is due, and one fetch turns it', async () => {
    const arrival = arrivalOf({ door: 'fhir', bytes: Buffer.alloc(0) });
    const { receiptId } = await receipts().accept(
      arrival,
      { outcome: 'to-fetch', reference: 'Observation/9' },
      UNDER,
    );
    const dueAt = async (nowMs: number) =>
      (await receipts().dueFetches(nowMs, 100)).find(({ id }) => id === receiptId);
    await expect(dueAt(arrival.receivedAtMs)).resolves.toMatchObject({ attempts: 0 });
    const later = arrival.receivedAtMs + 5_000;
    await receipts().fetchFailed(receiptId, failure('destination-away', 'no answer'), later);
    await expect(dueAt(later - 1)).resolves.toBeUndefined();
    await expect(dueAt(later)).resolves.toMatchObject({ attempts: 1 });

    const bytes = Buffer.from('{"resourceType":"Observation"}');
    const turns = await Promise.all(
      [0, 1].map(() => receipts().fetched(receiptId, bytes, ecgVerdict(entryOf(18)), UNDER)),
    );
    expect(turns.map(({ outcome }) => outcome)).toEqual(['ecg', 'ecg']);
    expect(turns.filter(({ isNewEcg }) => isNewEcg)).toHaveLength(1);
    await expect(dueAt(later)).resolves.toBeUndefined();
    expect(Buffer.from((await receipts().bytes(receiptId)) ?? [])).toEqual(bytes);
    await receipts().fetched(receiptId, Buffer.from('x'), { outcome: 'not-ours' }, UNDER);
    await receipts().fetchFailed(receiptId, failure('source-gone', 'gone'), later);
    await expect(receipts().get(receiptId)).resolves.toMatchObject({
      outcome: 'ecg',
      reference: 'Observation/9',
      byteLength: bytes.length,
    });
  });

  test('a fetch that can never succeed is at fault, visible, and not due again', async () => {
    const verdict = { outcome: 'to-fetch', reference: 'Observation/10' } as const;
    const { receiptId } = await receipts().accept(arrivalOf(), verdict, UNDER);
    const gone = failure('source-gone', 'deleted there');
    await receipts().fetchFailed(receiptId, gone, 0);
    await expect(receipts().get(receiptId)).resolves.toMatchObject({
      outcome: 'at-fault',
      failure: gone,
    });
    const due = await receipts().dueFetches(Number.MAX_SAFE_INTEGER, 1000);
    expect(due.map(({ id }) => id)).not.toContain(receiptId);
  });

  test('fetching a receipt that is not there says so', async () => {
    await expect(
      receipts().fetched('receipt-none', Buffer.alloc(1), { outcome: 'not-ours' }, UNDER),
    ).rejects.toMatchObject({ failure: { code: 'row-missing' } });
  });

  test('names of any length and with any character are kept, and stay apart by content', async () => {
    const hostile = { sender: `A\0${'é'.repeat(5000)}`, messageId: `\0${'x\uD800'.repeat(9000)}` };
    const entry = entryOf(19, {
      patient: { ...patientOf(19), value: `\0${'9'.repeat(100_000)}` },
      ecg: ecgOf(microvolts(19), {
        device: { manufacturer: null, model: `M\0${'m'.repeat(9000)}`, serialNumber: null },
      }),
    });
    const first = await receipts().accept(arrivalOf(hostile), ecgVerdict(entry), UNDER);
    expect(first.outcome).toBe('ecg');
    const other = await receipts().accept(arrivalOf(hostile), { outcome: 'not-ours' }, UNDER);
    expect(other).toMatchObject({ outcome: 'not-ours', sameIdOtherContent: true });
    await expect(assessments().ecg(first.ecgId ?? '')).resolves.toMatchObject({
      patient: entry.patient,
    });
  });

  test('lists newest first, by outcome, by sender and by message id', async () => {
    const sender = 'LISTED';
    const made = [];
    for (const receivedAtMs of [3, 1, 2]) {
      const arrival = arrivalOf({ sender, receivedAtMs });
      made.push({ arrival, ...(await receipts().accept(arrival, { outcome: 'not-ours' }, UNDER)) });
    }
    const order = [made[0], made[2], made[1]].map((each) => each?.receiptId);
    const ids = async (filter: Parameters<ReturnType<typeof receipts>['list']>[0]) =>
      (await receipts().list(filter)).map(({ id }) => id);
    await expect(ids({ sender, limit: 10 })).resolves.toEqual(order);
    await expect(ids({ sender, outcome: 'not-ours', limit: 2 })).resolves.toEqual(
      order.slice(0, 2),
    );
    await expect(ids({ sender, outcome: 'ecg', limit: 10 })).resolves.toEqual([]);
    const messageId = made[1]?.arrival.messageId ?? '';
    await expect(ids({ messageId, limit: 10 })).resolves.toEqual([made[1]?.receiptId]);
  });

  test('ids of receipts rise with the time of arrival', async () => {
    const early = await receipts().accept(
      arrivalOf({ receivedAtMs: NOON_MS + 10_000 }),
      { outcome: 'not-ours' },
      UNDER,
    );
    const late = await receipts().accept(
      arrivalOf({ receivedAtMs: NOON_MS + 10_001 }),
      { outcome: 'not-ours' },
      UNDER,
    );
    expect(early.receiptId < late.receiptId).toBe(true);
  });
}

function patientOf(number: number) {
  return { authority: 'urn:oid:1.2.3', value: `MRN-${number}`, others: [], name: null };
}

function shifted(seed: number, by: number): number[][] {
  const values = microvolts(seed);
  const lead = values[3];
  if (lead) lead[500] = (lead[500] ?? 0) + by;
  return values;
}
