import { describe, expect, test } from '@jest/globals';
import { syntheticEcg } from '../../../test/validate/synthetic-ecg.js';
import { createEcg, leadOf, type Ecg } from './ecg.js';
import { checkLimbLeads } from './einthoven.js';
import { LEAD_NAMES, type LeadName } from './lead.js';

const wave = (k: number) => (_: unknown, i: number) =>
  800 * Math.sin(i / (7 + k)) * Math.cos(i / 90);
const one = Array.from({ length: 2000 }, wave(0));
const two = Array.from({ length: 2000 }, wave(3));

function ecgWith(change: Partial<Record<LeadName, readonly number[]>>): Ecg {
  const limb: Partial<Record<LeadName, readonly number[]>> = {
    I: one,
    II: two,
    III: one.map((x, i) => (two[i] ?? 0) - x),
    aVR: one.map((x, i) => -(x + (two[i] ?? 0)) / 2),
    aVL: one.map((x, i) => x - (two[i] ?? 0) / 2),
    aVF: one.map((x, i) => (two[i] ?? 0) - x / 2),
  };
  const leads = LEAD_NAMES.map((name) => ({ name, microvolts: change[name] ?? limb[name] ?? one }));
  const ecg = createEcg({ leads, sampleRateHz: 500 });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

describe('limb leads must add up', () => {
  test('true limb leads agree, an offset of one lead or not', () => {
    const lifted = one.map((x, i) => (two[i] ?? 0) - x + 300);
    expect(checkLimbLeads(ecgWith({ III: lifted })).map((check) => check.agrees)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('a lead under the wrong name is named', () => {
    const wrong = ecgWith({ aVL: [...leadOf(ecgWith({}), 'aVF').samples] });
    const failing = checkLimbLeads(wrong).filter((check) => !check.agrees);
    expect(failing.map((check) => check.lead)).toEqual(['aVL']);
  });

  test('a lead that was derived proves nothing and is not asked', () => {
    const recorded = syntheticEcg().leads.filter((lead) => !/^(III|aV)/.test(lead.name));
    const ecg = createEcg({
      leads: recorded.map(({ name, samples }) => ({ name, microvolts: samples })),
      sampleRateHz: 500,
    });
    expect(ecg.ok && checkLimbLeads(ecg.value)).toEqual([]);
  });
});
