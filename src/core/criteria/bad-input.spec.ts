import { describe, expect, test } from '@jest/globals';
import { gaussian, syntheticEcg } from '../../../test/validate/synthetic-ecg.js';
import { createEcg, MISSING, type Ecg } from '../ecg/ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES, type LeadName } from '../ecg/lead.js';
import { measure } from '../signal/measure.js';
import { assessQuality } from '../signal/quality.js';
import { applyCriteria } from './criteria.js';

type Sample = (i: number, lead: number) => number;

const SECONDS = 10;

function made(sample: Sample, sampleRateHz = 500, seconds = SECONDS): Ecg {
  const leads = INDEPENDENT_LEADS.map((name, k) => ({
    name,
    microvolts: Float64Array.from({ length: sampleRateHz * seconds }, (_, i) => sample(i, k)),
  }));
  return sure(createEcg({ leads, sampleRateHz }));
}

function sure(ecg: ReturnType<typeof createEcg>): Ecg {
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

/** The clean ECG with one lead changed; the derived limb leads follow from I and II. */
function changed(lead: LeadName, change: (value: number, i: number) => number): Ecg {
  const base = syntheticEcg({ signalToNoiseDb: 30 });
  const leads = INDEPENDENT_LEADS.map((name) => ({
    name,
    microvolts: Array.from(base.leads[LEAD_NAMES.indexOf(name)]?.samples ?? [], (value, i) =>
      name === lead ? change(value, i) : value,
    ),
  }));
  return sure(createEcg({ leads, sampleRateHz: 500 }));
}

function everyLeadAs(lead: LeadName): Ecg {
  const samples = syntheticEcg({ signalToNoiseDb: 30 }).leads[LEAD_NAMES.indexOf(lead)]?.samples;
  return made((i) => samples?.[i] ?? 0);
}

function readWhole(ecg: Ecg) {
  const measurement = measure(ecg);
  const quality = assessQuality(ecg, measurement);
  const criteria = applyCriteria(ecg, measurement, quality);
  const words = [...quality.findings, ...criteria].map((item) => item.sentence);
  return { measurement, quality, criteria, words };
}

const random = gaussian(4);
const fibrillating: Sample = (i, k) => {
  const at = i / 500 + k / 40;
  const swell = 1 + 0.5 * Math.sin(2 * Math.PI * 0.4 * at);
  return 600 * swell * Math.sin(2 * Math.PI * (5 + Math.sin(1.7 * at)) * at);
};

describe('where nothing can be read, everything abstains and says why', () => {
  const cases: readonly [string, () => Ecg][] = [
    ['constant leads', () => made(() => 812)],
    ['asystole', () => made(() => 4 * random())],
    ['noise', () => made(() => 200 * random())],
    ['ventricular fibrillation', () => made(fibrillating)],
    ['ventricular fibrillation at 250 Hz', () => made((i, k) => fibrillating(2 * i, k), 250)],
    ['a calibration', () => made((i) => (i % 500 < 100 ? 3000 : -3000))],
    ['one beating signal in every lead', () => everyLeadAs('II')],
    ['a second', () => syntheticEcg({ seconds: 1.2 })],
  ];
  test.each(cases)('%s', (_, make) => {
    const { measurement, quality, criteria, words } = readWhole(make());
    expect(measurement.kind).toBe('not-measured');
    expect(quality.forbidsScore && quality.forbidsMeasure).toBe(true);
    for (const { verdict, whyNot } of criteria) {
      expect(verdict).toBe('not-applicable');
      expect(whyNot).not.toBeNull();
    }
    expect(words.join(' ')).not.toMatch(/normal|healthy|unremarkable/i);
  });
});

describe('where a part can be read, the rest is named', () => {
  const cases: readonly [string, () => Ecg, RegExp][] = [
    ['one beat', () => syntheticEcg({ onsets: [2.5], seconds: 5 }), /Only 1 like beat was found/],
    [
      'a lead that lacks three seconds',
      () => changed('V3', (value, i) => (i >= 2000 && i < 3500 ? MISSING : value)),
      /Lead V3 lacks 30 %/,
    ],
    ['a lead that is off', () => changed('V2', () => 0), /Lead V2 shows nothing at all/],
    [
      'a saturated lead',
      () => changed('V5', (value, i) => (i > 900 ? 32_767 : value)),
      /Lead V5 stands at the recorder's limit/,
    ],
  ];
  test.each(cases)('%s', (_, make, words) => {
    const { measurement, quality, words: said } = readWhole(make());
    expect(measurement.kind).toBe('measured');
    const forbidden = quality.findings.flatMap(({ forbids }) => forbids);
    expect(forbidden.some((what) => what === 'score' || what === 'waveform-score')).toBe(true);
    expect(said.join(' ')).toMatch(words);
    expect(said.join(' ')).not.toMatch(/normal|healthy|unremarkable/i);
  });

  test('a negative answer names the leads it did not see', () => {
    const { criteria } = readWhole(changed('V2', () => 0));
    const stemi = criteria.find((item) => item.id === 'stemi');
    expect(stemi?.verdict).toBe('negative');
    expect(stemi?.sentence).toContain('V2 could not be read');
  });

  test('a bad lead beyond the twelve forbids no score and gives no answer of its own', () => {
    const base = syntheticEcg({ signalToNoiseDb: 30 });
    const leads = base.leads.map(({ name, samples }) => ({ name, microvolts: [...samples] }));
    const dead = { name: 'V4R' as const, microvolts: leads[0]?.microvolts.map(() => 5) ?? [] };
    const { quality, criteria } = readWhole(
      sure(createEcg({ leads, extraLeads: [dead], sampleRateHz: 500 })),
    );
    expect(quality.forbidsScore).toBe(false);
    expect(quality.unusableLeads).toEqual(['V4R']);
    const stemi = criteria.find((item) => item.id === 'stemi');
    expect(stemi?.sentence).toContain('V4R could not be read');
  });
});

describe('no decoder’s numbers get past the door', () => {
  test('NaN is refused, not measured', () => {
    const leads = INDEPENDENT_LEADS.map((name, k) => ({
      name,
      microvolts: Float64Array.from({ length: 5000 }, (_, i) =>
        i === 99 && k === 3 ? NaN : i % 7,
      ),
    }));
    const ecg = createEcg({ leads, sampleRateHz: 500 });
    expect(!ecg.ok && ecg.failure.code).toBe('sample-not-a-number');
  });
});

describe('what can be read is read at every rate', () => {
  test.each([250, 500, 1000, 2000])('3 s at %i Hz', (sampleRateHz) => {
    const { measurement, criteria } = readWhole(syntheticEcg({ seconds: 3, sampleRateHz }));
    expect(measurement.kind).toBe('measured');
    expect(criteria.find((item) => item.id === 'stemi')?.verdict).toBe('negative');
  });
});
