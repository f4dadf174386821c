import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Assessment } from '../core/decision/assessment.js';
import { decide } from '../core/decision/decide.js';
import { facts, onPaper } from '../core/decision/decide.fixtures.js';
import { examine } from '../core/decision/examination.js';
import { EVALUATION_POLICY } from '../core/decision/policy.js';
import { shownAbstentions, shownFindings } from '../core/decision/standing.js';
import { createEcg, type Ecg } from '../core/ecg/ecg.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { hasSomethingToSay } from '../delivery/fhir/form.js';
import { simulateCase } from '../sandbox/simulator/simulate.js';
import { loadCard } from './card.js';
import { packEcg } from './packed-ecg.js';
import { runModel } from './run-model.js';
import { openMembers, releaseSessions, type OpenModel } from './session.js';

const FOLDER = fileURLToPath(new URL('../../models/eianet', import.meta.url));
const ARREST = /arrest/i;
let model: OpenModel;

beforeAll(async () => {
  const card = await loadCard(FOLDER);
  if (!card.ok) throw new Error(card.failure.detail);
  const opened = await openMembers(FOLDER, card.value, 1);
  if (!opened.ok) throw new Error(opened.failure.detail);
  model = opened.value;
});
afterAll(() => releaseSessions(model.sessions));

const made = (condition: 'normal' | 'ventricular-tachycardia', ageYears = 66): Ecg =>
  simulateCase({ seed: 4, condition, ageYears, sex: 'male', recorder: 'diagnostic' }).ecg;

/** As the last of several columns gives them: nothing is known of V1 after its first second. */
function torn(ecg: Ecg): Ecg {
  const given = createEcg({
    sampleRateHz: ecg.sampleRateHz,
    partial: true,
    leads: ecg.leads.map(({ name, samples }) => ({
      name,
      microvolts: Float64Array.from(samples, (v, i) => (name === 'V1' && i > 500 ? NaN : v)),
    })),
  });
  if (!given.ok) throw new Error(given.failure.detail);
  return given.value;
}

async function assessed(ecg: Ecg, more: object = {}): Promise<Assessment> {
  const examination = examine(ecg);
  const outcome = await runModel(model, packEcg(ecg), examination);
  return decide(
    facts({
      ecg,
      examination,
      cards: [model.card],
      outcomes: [outcome],
      policy: EVALUATION_POLICY,
      ...more,
    }),
  );
}

describe('the shipped network for pictures', () => {
  test('scores in shadow: its finding is recorded and nobody is told', async () => {
    const assessment = await assessed(made('ventricular-tachycardia'));
    expect(assessment.findings).toMatchObject([{ modelId: 'eianet', mode: 'shadow' }]);
    expect(shownFindings(assessment)).toEqual([]);
    expect(hasSomethingToSay(assessment)).toBe(false);
    expect(assessment.alert.raise).toBe(false);
  });

  test('withholds in shadow too: what it could not read is recorded and nobody is told', async () => {
    const assessment = await assessed(torn(made('normal')));
    expect(assessment.abstentions).toMatchObject([
      { modelId: 'eianet', reason: 'lead-incomplete', inShadow: true },
    ]);
    expect(shownAbstentions(assessment)).toEqual([]);
    expect(hasSomethingToSay(assessment)).toBe(false);
  });

  test('is for adults', async () => {
    expect((await assessed(made('normal', 16))).abstentions).toMatchObject([
      { reason: 'age-outside-card', inShadow: true },
    ]);
  });

  test('tells a ventricular tachycardia from a normal ECG', async () => {
    const [ill] = (await assessed(made('ventricular-tachycardia'))).findings;
    const [well] = (await assessed(made('normal'))).findings;
    expect(ill?.cardProbability).toBeGreaterThan(well?.cardProbability ?? 1);
    expect(ill?.positive).toBe(true);
  });

  test('answers on a page of paper, where the networks that are fed samples cannot', async () => {
    const { findings, abstentions } = await assessed(onPaper(made('ventricular-tachycardia')));
    expect(abstentions).toEqual([]);
    expect(findings).toMatchObject([{ modelId: 'eianet', positive: true }]);
  });

  test('points, where it points, at leads and times that its page shows', async () => {
    const [finding] = (await assessed(made('ventricular-tachycardia'))).findings;
    expect(finding?.evidence?.method).toBe('attention');
    for (const { lead, fromMs, toMs } of finding?.evidence?.spans ?? []) {
      expect(LEAD_NAMES).toContain(lead);
      expect(0 <= fromMs && fromMs < toMs && toMs <= 10_000).toBe(true);
    }
  });

  test("shifts to a site's own prevalence, and is decided on its own number", async () => {
    const { id } = model.card.findings[0] ?? { id: '' };
    const models = {
      eianet: {
        mode: 'shadow',
        decisionPoint: null,
        threshold: null,
        prevalence: { [id]: 0.005 },
      },
    } as const;
    const policy = { ...EVALUATION_POLICY, models };
    const [finding] = (await assessed(made('ventricular-tachycardia'), { policy })).findings;
    expect(finding?.shift?.fromPrevalence).toBe(model.card.findings[0]?.trainingPrevalence);
    expect(finding?.probability).toBeLessThan(finding?.cardProbability ?? 0);
  });

  test('is nowhere called by the name of an arrest, but where it says that it is none', () => {
    const { card } = model;
    const said = card.findings.flatMap(({ title, code, beside }) => [
      title,
      code.display,
      ...beside.map(({ display }) => display),
    ]);
    expect([card.title, card.intendedUse, ...said].filter((words) => ARREST.test(words))).toEqual(
      [],
    );
    expect(card.notIntendedUse).toMatch(/no probability of cardiac arrest/);
    expect(card.labelProvenance).toBe('surrogate');
    expect(card.defaultMode).toBe('shadow');
  });
});
