import { describe, expect, test } from '@jest/globals';
import { syntheticEcg, type SyntheticSpec } from '../../../test/validate/synthetic-ecg.js';
import { measure } from '../signal/measure.js';
import { assessQuality } from '../signal/quality.js';
import { applyCriteria } from './criteria.js';
import type { CriterionId, CriterionResult } from './criterion.js';

const MAN_60: SyntheticSpec = { patient: { ageYears: 60, sex: 'male' } };

function all(spec: SyntheticSpec): readonly CriterionResult[] {
  const ecg = syntheticEcg({ signalToNoiseDb: 34, ...MAN_60, ...spec });
  const measurement = measure(ecg);
  return applyCriteria(ecg, measurement, assessQuality(ecg, measurement));
}

function one(id: CriterionId, spec: SyntheticSpec): CriterionResult {
  const found = all(spec).find((item) => item.id === id);
  if (!found) throw new Error(`no answer to ${id}`);
  return found;
}

const ANTERIOR = { V2: 180, V3: 180, V4: 80 };
/** Wide, with a deep V1 and a broad lateral R, ST opposite to the QRS. */
const LEFT_BLOCK: SyntheticSpec = {
  qrsMs: 150,
  rMicrovolts: { I: 900, aVL: 700, V1: 0, V2: 0, V3: 0, V5: 1300, V6: 1500, II: 600, III: 0 },
  sMicrovolts: { I: 0, aVL: 0, V1: 1500, V2: 2200, V3: 1800, V5: 0, V6: 0, II: 0, III: 500 },
  stMicrovolts: { V1: 150, V2: 250, V3: 200, V6: -80, I: -60, aVL: -60 },
};

describe('STEMI by the fourth universal definition', () => {
  test('the threshold in V2 and V3 is the patient’s own', () => {
    const verdict = (sex: 'male' | 'female', ageYears: number) =>
      one('stemi', { stMicrovolts: ANTERIOR, patient: { sex, ageYears } }).verdict;
    expect(verdict('female', 60)).toBe('positive');
    expect(verdict('male', 60)).toBe('negative');
    expect(verdict('male', 30)).toBe('negative');
  });

  test('age or sex unknown: both answers are given', () => {
    const result = one('stemi', { stMicrovolts: ANTERIOR, patient: {} });
    expect(result.verdict).toBe('depends');
    expect(result.variants.map((variant) => variant.positive)).toEqual([true, false, false]);
  });

  test('of unknown age and sex both answers stand there even when they agree', () => {
    const high = one('stemi', { stMicrovolts: { V2: 400, V3: 400 }, patient: { ageYears: 60 } });
    expect(high.verdict).toBe('positive');
    expect(high.variants.map((variant) => variant.positive)).toEqual([true, true]);
    expect(one('stemi', { patient: {} }).variants.map((v) => v.positive)).toEqual([
      false,
      false,
      false,
    ]);
    expect(one('stemi', {}).variants).toEqual([]);
  });

  test('half a millimetre counts in right-sided leads', () => {
    const right = one('stemi', { extraStMicrovolts: { V3R: 80, V4R: 90 } });
    expect(right.verdict).toBe('positive');
    expect(right.measured.filter((m) => m.decisive).map((m) => m.lead)).toEqual(['V4R', 'V3R']);
    expect(right.sentence).toContain('V4R 0.9 mm');
    expect(one('stemi', { extraStMicrovolts: { V3R: 20, V4R: 90 } }).verdict).toBe('negative');
  });

  test('behind the heart half a millimetre counts, a whole one in men under 40', () => {
    const extraStMicrovolts = { V7: 70, V8: 80, V9: 70 };
    const verdict = (patient: SyntheticSpec['patient']) =>
      one('stemi', { extraStMicrovolts, patient: patient ?? {} }).verdict;
    expect(verdict({ sex: 'male', ageYears: 60 })).toBe('positive');
    expect(verdict({ sex: 'female', ageYears: 30 })).toBe('positive');
    expect(verdict({ sex: 'male', ageYears: 30 })).toBe('negative');
    expect(verdict({ sex: 'male' })).toBe('depends');
  });

  test('a right-sided lead is the neighbour of V1 where V3R was not recorded', () => {
    const spec = { stMicrovolts: { V1: 130 }, extraStMicrovolts: { V4R: 90 } };
    expect(one('stemi', spec).verdict).toBe('positive');
  });

  test('inferior elevation is contiguous, a single lead is not', () => {
    const inferior = one('stemi', { stMicrovolts: { II: 150, III: 220, aVF: 190 } });
    expect(inferior.verdict).toBe('positive');
    expect(inferior.measured.filter((m) => m.decisive).map((m) => m.lead)).toEqual([
      'II',
      'aVF',
      'III',
    ]);
    expect(one('stemi', { stMicrovolts: { V5: 220 } }).verdict).toBe('negative');
  });

  test('left bundle branch block hands over to Sgarbossa', () => {
    expect(one('stemi', LEFT_BLOCK).verdict).toBe('not-applicable');
    expect(one('sgarbossa', LEFT_BLOCK).verdict).toBe('negative');
    expect(one('sgarbossa', {}).whyNot).toContain('no left bundle branch block');
  });
});

describe('the other rules', () => {
  test('ST depression in two contiguous leads', () => {
    const spec = { stMicrovolts: { V4: -120, V5: -150, V6: -110 } };
    expect(one('st-depression', spec).verdict).toBe('positive');
    expect(one('st-depression', {}).verdict).toBe('negative');
  });

  test('aVR raised is -aVR depressed, the neighbour of I and II', () => {
    const spec = { stMicrovolts: { I: -100, aVR: 90 } };
    expect(one('st-depression', spec).sentence).toContain('-aVR -0.9 mm');
    expect(one('st-depression', { stMicrovolts: { I: -100 } }).verdict).toBe('negative');
  });

  test('concordance in left bundle branch block is five points', () => {
    const st = { ...LEFT_BLOCK.stMicrovolts, V5: 200, V6: 200 };
    const result = one('sgarbossa', { ...LEFT_BLOCK, stMicrovolts: st });
    expect(result.verdict).toBe('positive');
    expect(result.measured.find((m) => m.what === 'score')?.value).toBe(5);
    expect(one('barcelona', { ...LEFT_BLOCK, stMicrovolts: st }).verdict).toBe('positive');
  });

  test('elevation out of proportion is Smith’s, not Sgarbossa’s', () => {
    const st = { ...LEFT_BLOCK.stMicrovolts, V1: 420, V2: 250 };
    const spec = {
      ...LEFT_BLOCK,
      stMicrovolts: st,
      sMicrovolts: { ...LEFT_BLOCK.sMicrovolts, V1: 1100 },
    };
    expect(one('smith-modified-sgarbossa', spec).verdict).toBe('positive');
    expect(one('sgarbossa', spec).verdict).toBe('negative');
  });

  test('the four-variable formula needs elevation, and tells small voltage from large', () => {
    expect(one('four-variable', {}).verdict).toBe('not-applicable');
    const occluded: SyntheticSpec = {
      stMicrovolts: { V2: 250, V3: 350, V4: 250 },
      rMicrovolts: { V2: 150, V4: 250 },
      sMicrovolts: { V2: 400 },
    };
    expect(one('four-variable', occluded).verdict).toBe('positive');
    const early: SyntheticSpec = {
      stMicrovolts: { V2: 120, V3: 130, V4: 120 },
      rMicrovolts: { V2: 900, V4: 2400 },
    };
    expect(one('four-variable', early).verdict).toBe('negative');
  });

  test('posterior: depression greatest in V1 to V4', () => {
    const spec = { stMicrovolts: { V1: -80, V2: -180, V3: -200, V4: -120, V5: -40 } };
    expect(one('posterior', spec).verdict).toBe('positive');
    const subendocardial = { stMicrovolts: { V3: -60, V4: -150, V5: -220, V6: -180 } };
    expect(one('posterior', subendocardial).verdict).toBe('negative');
  });

  test('posterior: leads on the back are asked for, and told where they were recorded', () => {
    const stMicrovolts = { V1: -80, V2: -180, V3: -200, V4: -120, V5: -40 };
    expect(one('posterior', { stMicrovolts }).sentence).toContain('Record V7 to V9');
    const seen = one('posterior', { stMicrovolts, extraStMicrovolts: { V7: 20, V8: 30, V9: 20 } });
    expect(seen.sentence).toMatch(/Behind, ST is V7 0\.\d mm, V8 0\.\d mm and V9 0\.\d mm/);
  });

  test('Aslanger, South African flag and de Winter', () => {
    const aslanger = {
      stMicrovolts: { III: 150, aVF: 50, I: -80, aVL: -110, V5: -90, V6: -90, V1: 60, V2: -20 },
    };
    expect(one('aslanger', aslanger).verdict).toBe('positive');
    const flag = { stMicrovolts: { I: 90, aVL: 130, V2: 220, III: -120, aVF: -70 } };
    expect(one('south-african-flag', flag).verdict).toBe('positive');
    const chest = { V2: -180, V3: -250, V4: -220 };
    const winter: SyntheticSpec = {
      stMicrovolts: { ...chest, aVR: 80 },
      stRiseMicrovolts: { V2: 150, V3: 200, V4: 180 },
      tMicrovolts: { V2: 900, V3: 1100, V4: 1000 },
    };
    expect(one('de-winter', winter).verdict).toBe('positive');
  });
});

describe('honesty', () => {
  test('every rule answers, with a sentence, and none says normal', () => {
    const results = all({});
    expect(results).toHaveLength(10);
    for (const { sentence, verdict, whyNot } of results) {
      expect(sentence).not.toMatch(/normal/i);
      expect(whyNot === null).toBe(verdict !== 'not-applicable');
    }
  });

  test('where nothing was measured no rule applies', () => {
    for (const { verdict, whyNot } of all({ seconds: 1.2 })) {
      expect(verdict).toBe('not-applicable');
      expect(whyNot).toContain('nothing could be measured');
    }
  });

  test('children are not judged by adults’ rules', () => {
    const results = all({ patient: { ageYears: 9, sex: 'male' } });
    expect(results.every((item) => item.verdict === 'not-applicable')).toBe(true);
  });
});
