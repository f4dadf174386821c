import { expect, test } from '@jest/globals';
import { pendingAssessment } from './assessments.suite.js';
import { arrivalOf, ecgVerdict, entryOf, NOON_MS, UNDER } from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';
import type { Outcome } from './outcomes.js';

export function outcomeOf(ecgId: string, more: Partial<Outcome> = {}): Outcome {
  return {
    ecgId,
    assessmentId: null,
    findingId: 'omi',
    says: 'present',
    by: 'dr-a',
    source: 'board',
    reason: 'occluded at angiography',
    code: null,
    atMs: 1_000,
    ...more,
  };
}

export function outcomeRules(bench: () => Bench): void {
  const outcomes = () => bench().ledger.outcomes;

  test('each word about an ECG is kept beside the others, in their order', async () => {
    const later = outcomeOf('ecg-a', { says: 'absent', by: 'dr-b', atMs: 2_000 });
    const first = outcomeOf('ecg-a', { assessmentId: 'assessment-1', code: 'sys|1' });
    await expect(outcomes().record(later)).resolves.toBe(true);
    await expect(outcomes().record(first)).resolves.toBe(true);
    await outcomes().record(outcomeOf('ecg-other'));
    await expect(outcomes().ofEcg('ecg-a')).resolves.toEqual([first, later]);
    await expect(outcomes().ofEcg('none')).resolves.toEqual([]);
  });

  test('the very same word twice, also at once, is one', async () => {
    const said = outcomeOf('ecg-b');
    const answers = await Promise.all([0, 1, 2].map(() => outcomes().record(said)));
    expect(answers.filter((isNew) => isNew)).toHaveLength(1);
    await expect(outcomes().record(said)).resolves.toBe(false);
    await expect(outcomes().ofEcg('ecg-b')).resolves.toEqual([said]);
  });

  test('all are exported page by page, those of one instant too', async () => {
    const said = [3, 3, 3, 4, 5].map((atMs, i) =>
      outcomeOf('ecg-c', { atMs: 1e12 + atMs, by: `dr-${i}` }),
    );
    for (const one of said) await outcomes().record(one);
    const read: Outcome[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const page = await outcomes().export(after, 2);
      read.push(...page.outcomes);
      after = page.next;
      pages += 1;
    } while (after !== null);
    const ours = read.filter(({ ecgId }) => ecgId === 'ecg-c');
    expect(new Set(ours.map(({ by }) => by))).toEqual(new Set(said.map(({ by }) => by)));
    expect(ours).toHaveLength(said.length);
    expect(read.map(({ atMs }) => atMs)).toEqual(
      read.map(({ atMs }) => atMs).sort((a, b) => a - b),
    );
    expect(pages).toBeGreaterThan(2);
  });

  test('text of any length and with any character is kept', async () => {
    const said = outcomeOf('ecg-d', { reason: `\0${'é'.repeat(9_000)}`, by: '\0'.repeat(500) });
    await expect(outcomes().record(said)).resolves.toBe(true);
    await expect(outcomes().ofEcg('ecg-d')).resolves.toHaveLength(1);
    await expect(outcomes().record(said)).resolves.toBe(false);
  });

  test('a diagnosis of the EHR is a word about each ECG of the two days before, once', async () => {
    const { ledger } = bench();
    const seeds = [195, 196] as const;
    const patient = { authority: 'urn:oid:1.2.3', value: 'DX-1', others: [], name: null };
    const ids: string[] = [];
    for (const [i, seed] of seeds.entries()) {
      const acquisition = { instantMs: NOON_MS - i * 72 * 3_600_000, flags: [] };
      const entry = entryOf(seed * 20, { patient, acquisition });
      const accepted = await ledger.receipts.accept(arrivalOf(), ecgVerdict(entry), UNDER);
      ids.push(accepted.ecgId ?? '');
    }
    const findings = [{ findingId: 'ami', says: 'present', code: 'sct|1' }] as const;
    const notice = {
      kind: 'diagnosis',
      patient,
      findings,
      atMs: NOON_MS + 60_000,
      by: 'Condition/1',
    } as const;
    for (let time = 0; time < 2; time += 1) {
      await ledger.receipts.accept(arrivalOf(), { outcome: 'notice', notice }, UNDER);
    }
    await expect(outcomes().ofEcg(ids[0] ?? '')).resolves.toMatchObject([
      { findingId: 'ami', says: 'present', by: 'Condition/1', source: 'fhir' },
    ]);
    await expect(outcomes().ofEcg(ids[1] ?? '')).resolves.toEqual([]);
  });

  test('goes with its ECG when that is purged', async () => {
    const { ledger } = bench();
    const assessmentId = await pendingAssessment(bench(), 191);
    const { ecgId } = (await ledger.assessments.get(assessmentId)) ?? { ecgId: '' };
    await outcomes().record(outcomeOf(ecgId));
    await ledger.assessments.complete(assessmentId, ASSESSED, [], []);
    await ledger.receipts.purge(Number.MAX_SAFE_INTEGER);
    await expect(outcomes().ofEcg(ecgId)).resolves.toEqual([]);
  });
}

const ASSESSED = {
  modelSet: 'set',
  policyVersion: 'policy',
  findings: [],
  abstentions: [],
  examination: null,
  agreement: null,
  alert: { raise: false, because: 'nothing-positive' },
  evaluationOnly: true,
  timeFlags: [],
} as const;
