import { describe, expect, test } from '@jest/globals';
import {
  gaussian,
  syntheticEcg,
  type SyntheticSpec,
} from '../../../test/validate/synthetic-ecg.js';
import { createEcg, leadOf, type Ecg } from '../ecg/ecg.js';
import { INDEPENDENT_LEADS, type AnyLeadName, type LeadName } from '../ecg/lead.js';
import { measure } from './measure.js';
import { assessQuality, type Quality, type QualityKind } from './quality.js';

const CLEAN: SyntheticSpec = { signalToNoiseDb: 30 };

/** Limb leads that obey Einthoven, so that only what a test spoils is spoilt. */
function spoilt(
  spoil: (name: LeadName, x: number[]) => ArrayLike<number> = (_, x) => x,
  spec: SyntheticSpec = CLEAN,
): Quality {
  const base = syntheticEcg(spec);
  const leads = INDEPENDENT_LEADS.map((name) => ({
    name,
    microvolts: spoil(name, [...leadOf(base, name).samples]),
  }));
  const ecg = createEcg({ leads, sampleRateHz: base.sampleRateHz });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return judged(ecg.value);
}

function judged(ecg: Ecg): Quality {
  return assessQuality(ecg, measure(ecg));
}

function of(quality: Quality, kind: QualityKind): readonly (AnyLeadName | null)[] {
  return quality.findings.filter((item) => item.kind === kind).map((item) => item.lead);
}

const only =
  (lead: LeadName, change: (x: number[]) => ArrayLike<number>) => (name: LeadName, x: number[]) =>
    name === lead ? change(x) : x;

describe('what is wrong is named with its lead', () => {
  test('a clean recording has no findings', () => {
    const quality = spoilt();
    expect(quality.findings).toEqual([]);
    expect(quality.forbidsScore || quality.forbidsMeasure).toBe(false);
  });

  test('a lead that shows nothing is off and forbids scoring', () => {
    const quality = spoilt(only('V3', (x) => x.map(() => 12)));
    expect(of(quality, 'lead-off')).toEqual(['V3']);
    expect(quality.forbidsScore).toBe(true);
    expect(quality.unusableLeads).toContain('V3');
  });

  test('a lead that hears noise but no QRS is off too', () => {
    const random = gaussian(5);
    expect(of(spoilt(only('V4', (x) => x.map(() => 15 * random()))), 'lead-off')).toContain('V4');
  });

  test('two flat seconds', () => {
    const quality = spoilt(only('V2', (x) => x.map((v, i) => (i >= 2000 && i < 3000 ? 0 : v))));
    expect(of(quality, 'flat')).toEqual(['V2']);
  });

  test('saturation and clipping', () => {
    const stuck = spoilt(only('V5', (x) => x.map((v, i) => (i > 4000 && i < 4300 ? 32_700 : v))));
    expect(of(stuck, 'saturated')).toEqual(['V5']);
    const cut = spoilt(only('V5', (x) => x.map((v) => Math.min(v, 600))));
    expect(of(cut, 'clipped')).toEqual(['V5']);
    expect(cut.unusableLeads).toEqual(['V5']);
  });

  test('wander, mains and muscle', () => {
    const wander = (x: number[]) => x.map((v, i) => v + 900 * Math.sin(i / 900));
    expect(of(spoilt(only('V1', wander)), 'baseline-wander')).toEqual(['V1']);
    const mains = (x: number[]) => x.map((v, i) => v + 60 * Math.sin((2 * Math.PI * 50 * i) / 500));
    const hum = spoilt(only('V1', mains)).findings;
    expect(hum.map((item) => item.kind)).toEqual(['mains']);
    expect(hum[0]?.numbers['mainsMicrovolts']).toBeCloseTo(60, -1);
    const random = gaussian(11);
    const muscle = (x: number[]) => x.map((v) => v + 60 * random());
    expect(of(spoilt(only('V6', muscle)), 'muscle-noise')).toEqual(['V6']);
  });

  test('a pacemaker is seen by its pulses and forbids scoring, not measuring', () => {
    const starts = Array.from({ length: 11 }, (_, k) => 0.35 + (k * 60) / 70);
    const quality = spoilt((_, x) => {
      for (const start of starts) {
        const at = Math.round((start - 0.02) * 500);
        x[at] = (x[at] ?? 0) + 1800;
        x[at + 1] = (x[at + 1] ?? 0) + 600;
      }
      return x;
    });
    expect(of(quality, 'paced')).toEqual([null]);
    expect(quality.forbidsScore).toBe(true);
    expect(quality.forbidsMeasure).toBe(false);
  });

  test('a pulse may last 12 ms, muscle that keeps no time to the QRS is none', () => {
    const starts = Array.from({ length: 11 }, (_, k) => 0.35 + (k * 60) / 70);
    const pulses = (at: (start: number, k: number) => number) =>
      spoilt((_, x) => {
        starts.forEach((start, k) => {
          const from = Math.round(at(start, k) * 500);
          for (let i = from; i < from + 6; i += 1) x[i] = (x[i] ?? 0) + 1500;
        });
        return x;
      });
    expect(
      of(
        pulses((start) => start - 0.02),
        'paced',
      ),
    ).toEqual([null]);
    expect(
      of(
        pulses((start, k) => start - 0.08 - 0.04 * (k % 5)),
        'paced',
      ),
    ).toEqual([]);
  });

  test('too few beats', () => {
    expect(of(spoilt(undefined, { seconds: 3, onsets: [0.6, 1.8] }), 'too-few-beats')).toEqual([
      null,
    ]);
  });

  test('a recording without beats is not measurable, which is not "normal"', () => {
    const quality = spoilt((_, x) => x.map((__, i) => 3 * Math.sin(i)));
    expect(of(quality, 'not-measurable')).toEqual([null]);
    expect(quality.forbidsScore && quality.forbidsMeasure).toBe(true);
  });
});

describe('swapped electrodes', () => {
  test('arms exchanged are found and forbid everything', () => {
    const base = syntheticEcg(CLEAN);
    const [one, two] = (['I', 'II'] as const).map((name) => [...leadOf(base, name).samples]);
    const quality = spoilt((name, x) => {
      if (name === 'I') return x.map((v) => -v);
      return name === 'II' ? x.map((_, i) => (two?.[i] ?? 0) - (one?.[i] ?? 0)) : x;
    });
    expect(of(quality, 'limb-swap')).toEqual([null]);
    expect(quality.forbidsScore && quality.forbidsMeasure).toBe(true);
  });

  test('right arm and foot exchanged are found', () => {
    const base = syntheticEcg(CLEAN);
    const [one, two] = (['I', 'II'] as const).map((name) => [...leadOf(base, name).samples]);
    const quality = spoilt((name, x) => {
      if (name === 'II') return x.map((v) => -v);
      return name === 'I' ? x.map((_, i) => (one?.[i] ?? 0) - (two?.[i] ?? 0)) : x;
    });
    expect(of(quality, 'limb-swap')).toEqual([null]);
  });

  test('left arm and foot exchanged are suspected and forbid nothing', () => {
    const base = syntheticEcg(CLEAN);
    const quality = spoilt((name, x) => {
      if (name === 'I') return [...leadOf(base, 'II').samples];
      return name === 'II' ? [...leadOf(base, 'I').samples] : x;
    });
    expect(of(quality, 'limb-swap-suspected')).toEqual([null]);
    expect(of(quality, 'limb-swap')).toEqual([]);
    expect(quality.forbidsScore || quality.forbidsMeasure).toBe(false);
  });

  test('an arm on the right leg leaves a lead flat between the legs', () => {
    const base = syntheticEcg(CLEAN);
    const [one, two] = (['I', 'II'] as const).map((name) => [...leadOf(base, name).samples]);
    const right = spoilt((name, x) => {
      if (name === 'I') return x.map((v, i) => v - (two?.[i] ?? 0));
      return name === 'II' ? x.map((v) => 0.02 * v) : x;
    });
    expect(right.findings.map((item) => item.sentence).join()).toContain('right arm and right leg');
    const left = spoilt((name, x) =>
      name === 'I' ? x.map((_, i) => 0.98 * (two?.[i] ?? 0) + 0.02 * (one?.[i] ?? 0)) : x,
    );
    expect(left.findings.map((item) => item.sentence).join()).toContain('left arm and right leg');
    expect(right.forbidsScore && left.forbidsMeasure).toBe(true);
  });

  test('chest electrodes out of order are suspected and forbid nothing', () => {
    const base = syntheticEcg(CLEAN);
    const swap: Partial<Record<LeadName, LeadName>> = { V2: 'V4', V4: 'V2' };
    const quality = spoilt((name, x) => (swap[name] ? [...leadOf(base, swap[name]).samples] : x));
    expect(of(quality, 'precordial-swap-suspected')).toEqual([null]);
    expect(quality.forbidsScore).toBe(false);
  });
});
