import { describe, expect, test } from '@jest/globals';
import {
  gaussian,
  SYNTHETIC_PR_MS,
  SYNTHETIC_QRS_MS,
  syntheticEcg,
  type SyntheticSpec,
} from '../../../test/validate/synthetic-ecg.js';
import { createEcg, type Ecg } from '../ecg/ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES } from '../ecg/lead.js';
import { analyse } from './analysis.js';
import { beatMarks } from './marks.js';
import { measure } from './measure.js';
import type { Measured, Measurement } from './measurement.js';

function measured(spec: SyntheticSpec = {}): Measured {
  return asMeasured(measure(syntheticEcg(spec)));
}

function asMeasured(measurement: Measurement): Measured {
  if (measurement.kind !== 'measured') throw new Error(measurement.detail);
  return measurement;
}

function lead(measurement: Measured, name: string): Measured['leads'][number] {
  const found = measurement.leads.find((item) => item.name === name);
  if (!found) throw new Error(`no lead ${name}`);
  return found;
}

function noiseOnly(make: (i: number) => number, seconds = 10): Ecg {
  const leads = INDEPENDENT_LEADS.map((name, k) => ({
    name,
    microvolts: Float64Array.from({ length: 500 * seconds }, (_, i) => make(i + 97 * k)),
  }));
  const ecg = createEcg({ leads, sampleRateHz: 500 });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

const ST = { V2: 250, V3: 300, V4: 150, II: -150, III: -100, aVF: -120, I: 50, aVL: 80, V6: -60 };

describe('what is measured is what was written', () => {
  test.each([1, 2, 3, 4, 5])('ST at J and J+60 within 0.02 mV at 20 dB (seed %i)', (seed) => {
    const spec = { stMicrovolts: ST, signalToNoiseDb: 20, seed };
    for (const { name, st } of measured(spec).leads) {
      const level = (ST as Record<string, number>)[name] ?? 0;
      expect(Math.abs(st.j - level)).toBeLessThan(20);
      expect(Math.abs(st.j60 - level)).toBeLessThan(20);
    }
  });

  test('ST stands through breathing and a sloping segment', () => {
    const spec = { stMicrovolts: ST, stRiseMicrovolts: { V3: 160 }, wanderMicrovolts: 300 };
    const m = measured(spec);
    expect(Math.abs(lead(m, 'V3').st.j - 300)).toBeLessThan(25);
    expect(Math.abs(lead(m, 'V3').st.j60 - 420)).toBeLessThan(25);
  });

  test('intervals, rate and axis', () => {
    const { intervals, rhythm, axes } = measured({ signalToNoiseDb: 26 });
    expect(Math.abs((intervals.prMs ?? 0) - SYNTHETIC_PR_MS)).toBeLessThan(16);
    expect(Math.abs(intervals.qrsMs - SYNTHETIC_QRS_MS)).toBeLessThan(14);
    expect(Math.abs((intervals.qtMs ?? 0) - 360)).toBeLessThan(25);
    expect(rhythm.rateBpm).toBeCloseTo(70, 0);
    expect(rhythm.regularity).toBe('regular');
    expect(Math.abs((axes.qrs ?? 0) - 50)).toBeLessThan(10);
  });

  test('amplitudes of R and S', () => {
    const m = measured();
    expect(Math.abs(lead(m, 'V5').qrs.r - 1400)).toBeLessThan(120);
    expect(Math.abs(lead(m, 'V2').qrs.s - 1300)).toBeLessThan(120);
    expect(Math.abs(lead(m, 'V3').t.peak - 450)).toBeLessThan(45);
  });

  test.each([250, 360, 500, 977, 1000, 2000])('the recorder runs at %i Hz', (sampleRateHz) => {
    const m = measured({ sampleRateHz, stMicrovolts: ST, signalToNoiseDb: 30 });
    for (const { name, st } of m.leads) {
      expect(Math.abs(st.j60 - ((ST as Record<string, number>)[name] ?? 0))).toBeLessThan(20);
    }
    expect(Math.abs(m.intervals.qrsMs - SYNTHETIC_QRS_MS)).toBeLessThan(16);
  });

  test('a ventricular extrasystole changes neither the median beat nor the rate', () => {
    const m = measured({ ectopic: new Set([4]), stMicrovolts: ST });
    expect(m.beats.filter((beat) => beat.kind === 'other')).toHaveLength(1);
    expect(Math.abs(lead(m, 'V3').st.j60 - 300)).toBeLessThan(20);
  });

  test('a wide QRS is marked within 75 ms of its onset and of its late peak', () => {
    const wide = { qrsMs: 170, rMicrovolts: { V1: 0 }, sMicrovolts: { V1: 1500 } };
    for (const beat of beatMarks(analyse(syntheticEcg(wide)))) {
      for (const { qrs } of beat.leads)
        expect(2 * (qrs.peak - beat.all.qrs.onset)).toBeLessThan(75);
    }
    const narrow = beatMarks(analyse(syntheticEcg({ rMicrovolts: { V1: 0 } })));
    expect(narrow[3]?.leads[6]?.qrs.peak).toBeGreaterThan(narrow[3]?.leads[5]?.qrs.peak ?? NaN);
  });

  test('a pause is told', () => {
    const onsets = [0.5, 1.4, 2.3, 3.2, 5.9, 6.8, 7.7, 8.6];
    const { rhythm } = measured({ onsets });
    expect(rhythm.pauses).toHaveLength(1);
    expect(rhythm.pauses[0]?.lengthMs).toBeCloseTo(2700, -2);
  });

  test('without P waves none is claimed', () => {
    const m = measured({ pMicrovolts: 0, signalToNoiseDb: 26 });
    expect(m.intervals.prMs).toBeNull();
    expect(m.withheld.map((item) => item.what)).toContain('pr');
  });
});

describe('what cannot be measured is said, and nothing throws', () => {
  test('asystole', () => {
    const random = gaussian(3);
    const m = measure(noiseOnly(() => 4 * random()));
    expect(m.kind === 'not-measured' && m.reason).toBe('no-beats');
  });

  test('ventricular fibrillation', () => {
    const m = measure(
      noiseOnly((i) => {
        const at = i / 500;
        const swell = 1 + 0.5 * Math.sin(2 * Math.PI * 0.4 * at);
        return 600 * swell * Math.sin(2 * Math.PI * (5 + Math.sin(1.7 * at)) * at);
      }),
    );
    expect(m.kind).toBe('not-measured');
  });

  test('noise alone', () => {
    const random = gaussian(8);
    expect(measure(noiseOnly(() => 150 * random())).kind).toBe('not-measured');
  });

  test('constant leads', () => {
    const m = measure(noiseOnly(() => 812));
    expect(m.kind === 'not-measured' && m.reason).toBe('no-beats');
  });

  test('a second is too short, three seconds are enough', () => {
    const short = measure(syntheticEcg({ seconds: 1.2 }));
    expect(short.kind === 'not-measured' && short.reason).toBe('recording-too-short');
    expect(measured({ seconds: 3, stMicrovolts: ST }).medianBeat.beatCount).toBeGreaterThan(1);
  });

  test('one beat has an ST level but no rate', () => {
    const m = measured({ onsets: [2.5], seconds: 5, stMicrovolts: ST });
    expect(m.rhythm.rateBpm).toBeNull();
    expect(m.withheld.map((item) => item.what)).toContain('rate');
    expect(Math.abs(lead(m, 'V3').st.j60 - 300)).toBeLessThan(25);
  });

  test('a 3x4 page is measured lead by lead where each is known', () => {
    const whole = syntheticEcg({ stMicrovolts: ST });
    const columns = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
    const page = createEcg({
      leads: LEAD_NAMES.map((name, k) => ({
        name,
        microvolts: Array.from(whole.leads[k]?.samples ?? [], (value, i) =>
          Math.floor(i / 1250) === columns[k] ? value : NaN,
        ),
      })),
      sampleRateHz: 500,
      partial: true,
    });
    if (!page.ok) throw new Error(page.failure.detail);
    const m = asMeasured(measure(page.value));
    expect(m.beats.length).toBeGreaterThan(9);
    for (const { name, st } of m.leads) {
      expect(Math.abs(st.j60 - ((ST as Record<string, number>)[name] ?? 0))).toBeLessThan(30);
    }
  });

  test('any numbers at all give an answer', () => {
    const random = gaussian(21);
    for (let round = 0; round < 15; round += 1) {
      const scale = 10 ** (1 + 3.4 * Math.abs(Math.sin(round)));
      const jump = 1 + Math.floor(40 * Math.abs(Math.cos(7 * round)));
      let level = 0;
      const ecg = noiseOnly(
        (i) => {
          if (i % jump === 0) level = Math.max(-32000, Math.min(32000, scale * random()));
          return level;
        },
        1.5 + (round % 5),
      );
      expect(['measured', 'not-measured']).toContain(measure(ecg).kind);
    }
  });
});
