import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
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

/** A new ECG that waits to be scored. */
export async function pendingAssessment({ ledger }: Bench, seed: number): Promise<string> {
  const accepted = await ledger.receipts.accept(arrivalOf(), ecgVerdict(entryOf(seed)), UNDER);
  if (accepted.assessmentId === null) throw new Error(`seed ${seed} is taken`);
  return accepted.assessmentId;
}

export function assessmentRules(bench: () => Bench): void {
  const assessments = () => bench().ledger.assessments;
  const dueIds = async (nowMs: number) =>
    (await assessments().due(nowMs, 1000)).map(({ id }) => id);
  const FAR_MS = Number.MAX_SAFE_INTEGER;

  test('completing records the result and bears its deliveries, once', async () => {
    const id = await pendingAssessment(bench(), 31);
    const [born, again] = [
      await assessments().complete(id, ASSESSMENT, OUTCOMES, DELIVERIES),
      await assessments().complete(id, { ...ASSESSMENT, evaluationOnly: false }, OUTCOMES, []),
    ];
    expect(born).toHaveLength(2);
    expect(again).toEqual(born);
    const record = await assessments().get(id);
    expect(record).toMatchObject({ state: 'done', assessment: ASSESSMENT, failure: null });
    expect(record?.completedAtMs).toBe(bench().clock.nowMs);
    const deliveries = await bench().ledger.deliveries.ofAssessment(id);
    expect(deliveries.map((each) => [each.destination, each.kind, each.state]).sort()).toEqual([
      ['ehr', 'alert', 'pending'],
      ['ehr', 'result', 'pending'],
    ]);
    await expect(assessments().ofEcg(record?.ecgId ?? '')).resolves.toEqual(record);
    expect(await dueIds(FAR_MS)).not.toContain(id);
  });

  test('of two workers that complete at once one result stands', async () => {
    const id = await pendingAssessment(bench(), 32);
    const results = await Promise.all(
      [true, false].map((evaluationOnly) =>
        assessments().complete(id, { ...ASSESSMENT, evaluationOnly }, OUTCOMES, DELIVERIES),
      ),
    );
    expect(results[0]).toEqual(results[1]);
    await expect(bench().ledger.deliveries.ofAssessment(id)).resolves.toHaveLength(2);
  });

  test('a transient failure is due again later, with its count and its reason', async () => {
    const id = await pendingAssessment(bench(), 33);
    const why = failure('scorer-crashed', 'thread died');
    const later = bench().clock.nowMs + 60_000;
    await assessments().failed(id, why, later, false);
    await expect(assessments().get(id)).resolves.toMatchObject({
      state: 'pending',
      attempts: 1,
      failure: why,
      dueAtMs: later,
    });
    expect(await dueIds(later - 1)).not.toContain(id);
    expect(await dueIds(later)).toContain(id);
  });

  test('a parked one waits for a person, who may requeue it', async () => {
    const id = await pendingAssessment(bench(), 34);
    await expect(assessments().requeue(id, 5)).resolves.toBe(false);
    await assessments().failed(id, failure('model-invalid', 'no model'), 0, true);
    expect(await dueIds(FAR_MS)).not.toContain(id);
    expect((await assessments().parked(1000)).map((each) => each.id)).toContain(id);
    await expect(assessments().requeue(id, 5)).resolves.toBe(true);
    await expect(assessments().get(id)).resolves.toMatchObject({
      state: 'pending',
      attempts: 0,
      dueAtMs: 5,
    });
  });

  test('one that is done can neither fail nor be requeued', async () => {
    const id = await pendingAssessment(bench(), 35);
    await assessments().complete(id, ASSESSMENT, [], []);
    await assessments().failed(id, failure('scorer-crashed', 'late'), 0, true);
    await expect(assessments().requeue(id, 0)).resolves.toBe(false);
    await expect(assessments().get(id)).resolves.toMatchObject({ state: 'done', attempts: 0 });
  });

  test('one that is parked does not complete behind the person’s back, nor fail again', async () => {
    const id = await pendingAssessment(bench(), 36);
    await assessments().failed(id, failure('model-invalid', 'no model'), 0, true);
    await expect(assessments().complete(id, ASSESSMENT, OUTCOMES, DELIVERIES)).resolves.toEqual([]);
    await assessments().failed(id, failure('scorer-crashed', 'late'), 0, false);
    await expect(assessments().get(id)).resolves.toMatchObject({ state: 'parked', attempts: 1 });
  });

  test('what is not there is null, and completing it changes nothing', async () => {
    await expect(assessments().get('none')).resolves.toBeNull();
    await expect(assessments().ofEcg('none')).resolves.toBeNull();
    await expect(assessments().ecg('none')).resolves.toBeNull();
    await expect(assessments().complete('none', ASSESSMENT, OUTCOMES, DELIVERIES)).resolves.toEqual(
      [],
    );
  });
}
