import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertPolicy } from '../../src/core/decision/policy.js';
import { ledgerTemplate } from '../support/template.js';
import { department } from './department.js';

jest.setTimeout(300_000);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe('an alert', () => {
  const root = mkdtempSync(join(tmpdir(), 'leadwire-alerts-'));
  let count = 0;
  const open: Awaited<ReturnType<typeof department>>[] = [];
  const ward = async (alerts: Partial<AlertPolicy> = {}) => {
    count += 1;
    const made = await department(join(root, String(count)), alerts);
    open.push(made);
    return made;
  };
  beforeAll(() => ledgerTemplate());
  afterAll(async () => {
    for (const each of open) await each.close();
    rmSync(root, { recursive: true });
  });

  test('is raised by no ECG of a ten-year archive, and by the one of now', async () => {
    const ed = await ward();
    const ECGS = 200;
    for (let i = 0; i < ECGS; i += 1) {
      const ageMs = Math.max(2 * 3_600_000, (3_650 * DAY_MS * i) / ECGS);
      await ed.ecg(`P${i % 40}`, ed.clock.nowMs - ageMs);
    }
    await ed.pass(MINUTE_MS);
    await expect(ed.alerts().open(1_000)).resolves.toEqual([]);
    expect([...ed.ehr.calls, ...ed.phone.calls]).toEqual([]);
    await ed.ecg('P1', ed.clock.nowMs - 5 * MINUTE_MS);
    await ed.pass(10_000);
    expect(ed.ehr.calls).toEqual(['alert P1']);
  });

  test('that its first route cannot take goes by the second within two minutes', async () => {
    const ed = await ward();
    ed.ehr.state.isAway = true;
    const raisedMs = ed.clock.nowMs;
    await ed.ecg('A', raisedMs);
    while (ed.phone.calls.length === 0 && ed.clock.nowMs < raisedMs + 10 * MINUTE_MS) {
      await ed.pass(5_000);
    }
    expect(ed.phone.calls).toEqual(['alert A']);
    expect(ed.clock.nowMs - raisedMs).toBeLessThanOrEqual(2 * MINUTE_MS);
    const [alert] = await ed.alerts().open(10);
    expect(alert).toMatchObject({ state: 'delivered' });
  });

  test('that nobody takes escalates once, also over a restart between its steps', async () => {
    const ed = await ward({ escalationMinutes: 10, escalationRoutes: ['phone'] });
    await ed.ecg('B', ed.clock.nowMs);
    await ed.restart();
    await ed.pass(MINUTE_MS);
    await ed.restart();
    await ed.pass(10 * MINUTE_MS, false);
    await ed.restart();
    await ed.pass(10 * MINUTE_MS);
    expect(ed.ehr.calls).toEqual(['alert B']);
    expect(ed.phone.calls).toEqual(['escalation B']);
    const [alert] = await ed.alerts().open(10);
    expect(alert?.events.map(({ action }) => action)).toEqual(['raise', 'deliver', 'escalate']);
  });

  test('that a person took stays taken when the database is lost, and pages nobody again', async () => {
    const ed = await ward();
    await ed.ecg('C', ed.clock.nowMs);
    await ed.pass(10_000);
    const [alert] = await ed.alerts().open(10);
    const act = { action: 'acknowledge', actor: 'dr-a', via: 'board' } as const;
    await ed.alerts().act(alert?.id ?? '', { ...act, atMs: ed.clock.nowMs });
    await ed.loseDatabase();
    const [again] = await ed.alerts().open(10);
    expect(again).toMatchObject({ id: alert?.id, state: 'acknowledged', acknowledgedBy: 'dr-a' });
    await ed.ecg('C', ed.clock.nowMs - 3 * MINUTE_MS);
    await ed.pass(30 * MINUTE_MS);
    expect(ed.ehr.calls).toEqual(['alert C']);
    expect(ed.phone.calls).toEqual([]);
  });

  test('that ended before its page left wakes nobody', async () => {
    const ed = await ward({ routes: ['ehr'], escalationMinutes: null });
    ed.ehr.state.isAway = true;
    await ed.ecg('D', ed.clock.nowMs);
    await ed.pass(10_000);
    const [alert] = await ed.alerts().open(10);
    const act = { action: 'resolve', actor: 'dr-a', via: 'board' } as const;
    await ed.alerts().act(alert?.id ?? '', { ...act, atMs: ed.clock.nowMs });
    ed.ehr.state.isAway = false;
    await ed.pass(MINUTE_MS);
    expect(ed.ehr.calls).toEqual([]);
  });

  test('of a burst of one department leaves the pages of another alone', async () => {
    const both = await ward({ cap: { pages: 1, minutes: 10 }, escalationMinutes: null });
    for (let i = 0; i < 3; i += 1) await both.ecg(`ED${i}`, both.clock.nowMs, 'ED');
    await both.ecg('CCU', both.clock.nowMs, 'CCU');
    await both.pass(10_000);
    const open = await both.alerts().open(100);
    const told = open.map(({ department, isStorm }) => `${department} ${isStorm}`).sort();
    expect(told).toEqual(['CCU false', 'ED false', 'ED false', 'ED false', 'ED true']);
    expect(both.ehr.calls).toContain('alert CCU');
  });

  test('of a burst is one storm, with every ECG on the board', async () => {
    const ed = await ward({ cap: { pages: 5, minutes: 10 }, escalationMinutes: null });
    for (let i = 0; i < 40; i += 1) await ed.ecg(`S${i}`, ed.clock.nowMs);
    await ed.pass(10_000);
    expect(ed.ehr.calls).toHaveLength(6);
    const board = await ed.alerts().open(1_000);
    expect(board.filter(({ isStorm }) => isStorm)).toHaveLength(1);
    expect(board.filter(({ isStorm }) => !isStorm)).toHaveLength(40);
  });
});
