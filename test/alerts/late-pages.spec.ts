import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertPolicy } from '../../src/core/decision/policy.js';
import { ledgerTemplate } from '../support/template.js';
import { department } from './department.js';

jest.setTimeout(300_000);

const MINUTE_MS = 60_000;
const root = mkdtempSync(join(tmpdir(), 'leadwire-late-'));
const open: Awaited<ReturnType<typeof department>>[] = [];

beforeAll(() => ledgerTemplate());
afterAll(async () => {
  for (const each of open) await each.close();
  rmSync(root, { recursive: true });
});

async function ward(alerts: Partial<AlertPolicy>) {
  const ed = await department(join(root, String(open.length)), alerts);
  open.push(ed);
  const theAlert = async () => {
    const [alert] = await ed.alerts().open(10);
    if (!alert) throw new Error('no alert is open');
    return alert;
  };
  const act = async (action: 'acknowledge' | 'escalate' | 'resolve') =>
    ed
      .alerts()
      .act((await theAlert()).id, { action, actor: 'dr-a', via: 'board', atMs: ed.clock.nowMs });
  const page = async (assessmentId: string, kind: string, destination: string) =>
    (await ed.deliveries().ofAssessment(assessmentId)).find(
      (one) => one.kind === kind && one.destination === destination,
    );
  return { ...ed, act, page };
}

const ESCALATING = { routes: ['ehr'], escalationMinutes: 5, escalationRoutes: ['phone'] } as const;

test('an escalation that somebody overtakes at the board in the last moment is not sent', async () => {
  const ed = await ward(ESCALATING);
  const assessmentId = await ed.ecg('A', ed.clock.nowMs);
  ed.phone.state.before = () => ed.act('acknowledge');
  await ed.pass(6 * MINUTE_MS);
  expect(ed.ehr.calls).toEqual(['alert A']);
  expect(ed.phone.calls).toEqual([]);
  await expect(ed.page(assessmentId, 'escalation', 'phone')).resolves.toMatchObject({
    state: 'cancelled',
    failure: { code: 'page-not-wanted', detail: expect.stringContaining('acknowledged') },
  });
});

test('a person who asks for more help after all gets the page that had ended unsent', async () => {
  const ed = await ward(ESCALATING);
  await ed.ecg('B', ed.clock.nowMs);
  await ed.pass(10_000);
  ed.phone.state.isAway = true;
  await ed.pass(6 * MINUTE_MS);
  await ed.act('acknowledge');
  ed.phone.state.isAway = false;
  await ed.pass(MINUTE_MS);
  expect(ed.phone.calls).toEqual([]);
  await ed.act('escalate');
  await ed.pass(MINUTE_MS);
  expect(ed.phone.calls).toEqual(['escalation B']);
});

test('a second route whose alert was taken meanwhile is not asked, the first still is', async () => {
  const ed = await ward({ routes: ['ehr', 'phone'], escalationMinutes: null });
  const assessmentId = await ed.ecg('C', ed.clock.nowMs);
  ed.ehr.state.isAway = true;
  ed.phone.state.isAway = true;
  await ed.pass(3 * MINUTE_MS);
  await expect(ed.page(assessmentId, 'alert', 'phone')).resolves.toMatchObject({
    state: 'pending',
  });
  await ed.act('acknowledge');
  ed.ehr.state.isAway = false;
  ed.phone.state.isAway = false;
  await ed.pass(MINUTE_MS);
  expect(ed.ehr.calls).toEqual(['alert C']);
  expect(ed.phone.calls).toEqual([]);
  await expect(ed.page(assessmentId, 'alert', 'phone')).resolves.toMatchObject({
    state: 'cancelled',
    failure: { code: 'page-not-wanted' },
  });
});

test('a page whose alert is resolved in the last moment is not sent', async () => {
  const ed = await ward({ routes: ['ehr'], escalationMinutes: null });
  const assessmentId = await ed.ecg('D', ed.clock.nowMs);
  ed.ehr.state.before = () => ed.act('resolve');
  await ed.pass(10_000);
  expect(ed.ehr.calls).toEqual([]);
  await expect(ed.page(assessmentId, 'alert', 'ehr')).resolves.toMatchObject({
    state: 'cancelled',
    failure: { code: 'page-not-wanted', detail: expect.stringContaining('resolved') },
  });
});

test('a page whose bytes may have left goes on, so that it is known what stands', async () => {
  const ed = await ward(ESCALATING);
  const assessmentId = await ed.ecg('E', ed.clock.nowMs);
  await ed.pass(10_000);
  ed.phone.state.isDoubtful = true;
  await ed.pass(6 * MINUTE_MS);
  await ed.act('acknowledge');
  ed.phone.state.isDoubtful = false;
  await ed.pass(MINUTE_MS);
  expect(ed.phone.calls).toEqual(['escalation E']);
  await expect(ed.page(assessmentId, 'escalation', 'phone')).resolves.toMatchObject({
    state: 'delivered',
  });
});
