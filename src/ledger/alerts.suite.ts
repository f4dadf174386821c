import { expect, test } from '@jest/globals';
import { failure } from '../core/failure.js';
import type { AlertRecord, PagePlan } from './alerts.js';
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

const MINUTE_MS = 60_000;
export const PLAN: PagePlan = {
  urgency: 'critical',
  routes: ['ehr', 'pager'],
  escalationRoutes: ['cath-lab'],
  updates: ['ehr'],
  nextRouteAfterMs: MINUTE_MS,
  escalateAfterMs: 5 * MINUTE_MS,
  quietMs: 120 * MINUTE_MS,
  department: 'ED',
  cap: null,
};

/** An ECG of a patient, completed with a decision to page. */
export async function alarm(
  { ledger }: Pick<Bench, 'ledger'>,
  seed: number,
  patient: string,
  more: { readonly plan?: Partial<PagePlan>; readonly findingIds?: readonly string[] } = {},
) {
  const entry = entryOf(seed, {
    patient: { authority: 'urn:oid:1.2.3', value: patient, others: [], name: null },
    // A recording of its own, whatever its samples.
    acquisition: { instantMs: NOON_MS + seed * 2 * MINUTE_MS, flags: [] },
  });
  const accepted = await ledger.receipts.accept(arrivalOf(), ecgVerdict(entry), UNDER);
  const assessmentId = accepted.assessmentId ?? '';
  const alert = { raise: true, findingIds: more.findingIds ?? ['omi'] } as const;
  const complete = () =>
    ledger.assessments.complete(
      assessmentId,
      { ...ASSESSMENT, alert },
      OUTCOMES,
      [{ destination: 'ehr', kind: 'result' }],
      { ...PLAN, ...more.plan },
    );
  const deliveryIds = await complete();
  const alerts = await ledger.alerts.ofAssessment(assessmentId);
  return { assessmentId, ecgId: accepted.ecgId ?? '', deliveryIds, alerts, complete };
}

export function alertRules(bench: () => Bench): void {
  const alerts = () => bench().ledger.alerts;
  const raise = async (...args: [number, string, Parameters<typeof alarm>[3]?]) => {
    const { alerts: raised, ...rest } = await alarm(bench(), ...args);
    const alert = raised.at(-1);
    if (!alert) throw new Error('no alert');
    return { ...rest, alert };
  };
  const now = () => bench().clock.nowMs;
  const pass = (ms: number): number => (bench().clock.nowMs += ms);
  const pagesOf = async (assessmentId: string) => {
    const all = await bench().ledger.deliveries.ofAssessment(assessmentId);
    return all
      .filter(({ kind }) => kind !== 'result')
      .map((one) => `${one.kind} ${one.destination}`);
  };
  const page = async (assessmentId: string, destination: string) => {
    const all = await bench().ledger.deliveries.ofAssessment(assessmentId);
    const found = all.find((one) => one.kind === 'alert' && one.destination === destination);
    const claim = await bench().ledger.deliveries.claim(found?.id ?? '', 'worker', MINUTE_MS);
    if (!claim) throw new Error('no page to claim');
    return claim;
  };
  const byBoard = (action: 'acknowledge' | 'escalate' | 'resolve' | 'withdraw') =>
    ({ action, actor: 'dr-a', via: 'board', atMs: now() }) as const;
  const steps = ({ events }: AlertRecord) => events.map(({ action, via }) => `${action} ${via}`);
  const reread = async ({ id }: AlertRecord) => {
    const alert = await alerts().get(id);
    if (!alert) throw new Error('the alert is gone');
    return alert;
  };

  test('is born with its assessment, pages by the first route, and once', async () => {
    const { alert, assessmentId, ecgId, complete, deliveryIds } = await raise(301, 'A1');
    expect(alert).toMatchObject({
      assessmentId,
      ecgId,
      state: 'raised',
      urgency: 'critical',
      findingIds: ['omi'],
      department: 'ED',
      raisedAtMs: now(),
      escalateAtMs: now() + 5 * MINUTE_MS,
      nextRouteAtMs: now() + MINUTE_MS,
      assessmentIds: [assessmentId],
    });
    expect(deliveryIds).toHaveLength(2);
    await complete();
    expect(await pagesOf(assessmentId)).toEqual(['alert ehr']);
    expect((await alerts().open(1_000)).map(({ id }) => id)).toContain(alert.id);
    const paged = await page(assessmentId, 'ehr');
    await expect(alerts().ofDelivery(paged.id)).resolves.toEqual(alert);
  });

  test('without a plan nothing is raised', async () => {
    const { ledger } = bench();
    const { assessmentId } = await ledger.receipts.accept(
      arrivalOf(),
      ecgVerdict(entryOf(302)),
      UNDER,
    );
    const alert = { raise: true, findingIds: ['omi'] } as const;
    await ledger.assessments.complete(assessmentId ?? '', { ...ASSESSMENT, alert }, [], []);
    await expect(alerts().ofAssessment(assessmentId ?? '')).resolves.toEqual([]);
  });

  test('a further ECG with the same finding joins it and pages nobody', async () => {
    const first = await raise(303, 'A2', { plan: { urgency: 'urgent' } });
    pass(10 * MINUTE_MS);
    const second = await raise(304, 'A2');
    expect(second.alert.id).toBe(first.alert.id);
    expect(second.alert.assessmentIds).toEqual([first.assessmentId, second.assessmentId]);
    expect(second.alert).toMatchObject({ urgency: 'critical', state: 'raised' });
    expect(await pagesOf(second.assessmentId)).toEqual([]);
    expect(steps(second.alert)).toEqual(['raise service', 'join service']);
  });

  test('another finding of the same patient is an alert of its own', async () => {
    const first = await raise(305, 'A3');
    const second = await raise(306, 'A3', { findingIds: ['omi', 'ami'] });
    const both = await alerts().ofAssessment(second.assessmentId);
    expect(both.map(({ findingIds }) => findingIds).sort()).toEqual([['ami'], ['omi']]);
    expect(both.map(({ id }) => id)).toContain(first.alert.id);
    expect(await pagesOf(second.assessmentId)).toEqual(['alert ehr']);
  });

  test('one that a person resolved keeps its window quiet; a withdrawn one does not', async () => {
    const resolved = await raise(307, 'A4');
    await alerts().act(resolved.alert.id, byBoard('resolve'));
    const quiet = await raise(308, 'A4');
    expect(quiet.alert).toMatchObject({ id: resolved.alert.id, state: 'resolved' });
    expect(await pagesOf(quiet.assessmentId)).toEqual([]);
    const wrong = await raise(309, 'A5');
    await alerts().act(wrong.alert.id, byBoard('withdraw'));
    const right = await raise(310, 'A5');
    expect(right.alert.id).not.toBe(wrong.alert.id);
    expect(await pagesOf(right.assessmentId)).toEqual(['alert ehr']);
  });

  test('behind the window a new alert takes the place of the one still open', async () => {
    const first = await raise(311, 'A6');
    pass(PLAN.quietMs);
    const second = await raise(312, 'A6');
    await expect(reread(first.alert)).resolves.toMatchObject({ state: 'superseded' });
    const ofPatient = await alerts().ofPatient(first.alert.patientKey ?? '');
    expect(ofPatient.map(({ id, state }) => [id, state])).toEqual([
      [second.alert.id, 'raised'],
      [first.alert.id, 'superseded'],
    ]);
  });

  test('of two ECGs completed at the same instant one raises and the other joins', async () => {
    const [a, b] = await Promise.all([raise(313, 'A7'), raise(314, 'A7')]);
    expect(a.alert.id).toBe(b.alert.id);
    const pages = await Promise.all([a, b].map((one) => pagesOf(one.assessmentId)));
    expect(pages.flat()).toEqual(['alert ehr']);
  });

  test('a page that is confirmed ends the wait for the next route', async () => {
    const { alert, assessmentId } = await raise(315, 'A8');
    const { id, fence } = await page(assessmentId, 'ehr');
    pass(1_000);
    await bench().ledger.deliveries.confirm(id, fence, 'CommunicationRequest/1');
    await expect(reread(alert)).resolves.toMatchObject({
      state: 'delivered',
      deliveredAtMs: now(),
      nextRouteAtMs: null,
    });
    pass(2 * MINUTE_MS);
    await alerts().lookAfter(alert.id, now());
    expect(await pagesOf(assessmentId)).toEqual(['alert ehr']);
  });

  test('a page that nobody confirms in time goes by the next route too, once', async () => {
    const { alert, assessmentId } = await raise(316, 'A9');
    await alerts().lookAfter(alert.id, now() + MINUTE_MS - 1);
    expect(await pagesOf(assessmentId)).toEqual(['alert ehr']);
    pass(MINUTE_MS);
    expect((await alerts().due(now(), 1_000)).map(({ id }) => id)).toContain(alert.id);
    const looks = await Promise.all([1, 2, 3].map(() => alerts().lookAfter(alert.id, now())));
    expect(looks.filter((look) => look?.changed)).toHaveLength(1);
    expect(looks.flatMap((look) => look?.deliveryIds ?? [])).toHaveLength(1);
    expect((await pagesOf(assessmentId)).sort()).toEqual(['alert ehr', 'alert pager']);
    await expect(reread(alert)).resolves.toMatchObject({ state: 'raised', nextRouteAtMs: null });
  });

  test('a page that was given up does not wait for its time', async () => {
    const { alert, assessmentId } = await raise(317, 'A10');
    const { id, fence } = await page(assessmentId, 'ehr');
    const why = failure('destination-refused', 'no');
    await bench().ledger.deliveries.failed(id, fence, why, now(), true);
    await alerts().lookAfter(alert.id, now());
    expect((await pagesOf(assessmentId)).sort()).toEqual(['alert ehr', 'alert pager']);
  });

  test('one that nobody takes escalates once; one that is taken does not', async () => {
    const left = await raise(318, 'A11');
    const taken = await raise(319, 'A12');
    const acted = await alerts().act(taken.alert.id, byBoard('acknowledge'));
    expect(acted).toMatchObject({
      changed: true,
      alert: { state: 'acknowledged', acknowledgedBy: 'dr-a', acknowledgedAtMs: now() },
    });
    pass(5 * MINUTE_MS);
    for (let i = 0; i < 2; i += 1) {
      for (const { alert } of [left, taken]) await alerts().lookAfter(alert.id, now());
    }
    await expect(reread(left.alert)).resolves.toMatchObject({
      state: 'escalated',
      escalatedAtMs: now(),
    });
    expect(await pagesOf(left.assessmentId)).toContain('escalation cath-lab');
    await expect(reread(taken.alert)).resolves.toMatchObject({ state: 'acknowledged' });
    expect((await pagesOf(taken.assessmentId)).sort()).toEqual(['alert ehr', 'alert-update ehr']);
  });

  test('what does not fit the state changes nothing and says so', async () => {
    const { alert } = await raise(320, 'A13');
    await alerts().act(alert.id, byBoard('acknowledge'));
    const again = await alerts().act(alert.id, { ...byBoard('acknowledge'), actor: 'dr-b' });
    expect(again).toMatchObject({ changed: false, alert: { acknowledgedBy: 'dr-a' } });
    await alerts().act(alert.id, byBoard('escalate'));
    await alerts().act(alert.id, byBoard('resolve'));
    const after = await alerts().act(alert.id, byBoard('escalate'));
    expect(after).toMatchObject({ changed: false, alert: { state: 'resolved', endedAtMs: now() } });
    await expect(alerts().act('none', byBoard('resolve'))).resolves.toBeNull();
    await expect(alerts().lookAfter('none', now())).resolves.toBeNull();
  });

  test('each step stands in the audit, with who and by which way', async () => {
    const { alert } = await raise(321, 'A14');
    await alerts().act(alert.id, { ...byBoard('acknowledge'), via: 'ehr' });
    const rows = (await bench().ledger.audit.list(50)).filter(
      ({ subject }) => subject === alert.id,
    );
    expect(rows.map(({ actor, action, via }) => [actor, action, via])).toEqual([
      ['dr-a', 'acknowledge alert', 'ehr'],
      ['leadwire', 'raise alert', 'service'],
    ]);
  });

  test('more pages of a department than its cap are one storm, with every ECG on the board', async () => {
    const plan = { department: 'STORM', cap: { pagesMax: 3, withinMs: 10 * MINUTE_MS } };
    const all = [];
    for (let i = 0; i < 12; i += 1) all.push(await alarm(bench(), 330 + i, `S${i}`, { plan }));
    const pages = await Promise.all(all.map((one) => pagesOf(one.assessmentId)));
    expect(pages.flat()).toHaveLength(4);
    const open = (await alerts().open(1_000)).filter(({ department }) => department === 'STORM');
    const storms = open.filter(({ isStorm }) => isStorm);
    expect(storms).toHaveLength(1);
    expect(storms[0]).toMatchObject({ patientKey: null, state: 'raised' });
    expect(storms[0]?.assessmentIds).toHaveLength(9);
    const members = open.filter(({ stormOf }) => stormOf === storms[0]?.id);
    expect(members).toHaveLength(9);
    expect(members.every(({ escalateAtMs }) => escalateAtMs === null)).toBe(true);
    expect(open).toHaveLength(13);
    pass(10 * MINUTE_MS);
    const calm = await alarm(bench(), 350, 'S-calm', { plan });
    expect(await pagesOf(calm.assessmentId)).toEqual(['alert ehr']);
  });
}
