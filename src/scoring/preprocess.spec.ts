import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { DemographicsInput, ModelCard, WaveformInput } from '../core/decision/card.js';
import { createEcg, MISSING, type EcgPatient } from '../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../core/ecg/lead.js';
import { parseCard } from './card.js';
import { PREPARED_TOLERANCE } from './golden.js';
import { packEcg, type PackedEcg } from './packed-ecg.js';
import { prepareInputs } from './preprocess.js';

const PLAIN: WaveformInput = {
  kind: 'waveform',
  tensor: 'ecg',
  leads: ['V1', 'I'],
  sampleRateHz: 100,
  samples: 120,
  windowSamples: 100,
  unit: 'mV',
  filter: null,
};
const PERSON: DemographicsInput = {
  kind: 'demographics',
  tensor: 'age_sex',
  fields: [
    { field: 'male', centre: 0, scale: 1, whenUnknown: null },
    { field: 'age', centre: 60, scale: 20, whenUnknown: -9 },
  ],
};

const cardOf = (...inputs: ModelCard['inputs']): ModelCard => ({ inputs }) as unknown as ModelCard;

function ecgOf(
  sampleRateHz: number,
  count: number,
  value: (lead: string, i: number) => number,
  patient: Partial<EcgPatient> = {},
): PackedEcg {
  const made = createEcg({
    sampleRateHz,
    patient,
    leads: INDEPENDENT_LEADS.map((name) => ({
      name,
      microvolts: Float64Array.from({ length: count }, (_, i) => value(name, i)),
    })),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return packEcg(made.value);
}

function tensorOf(card: ModelCard, ecg: PackedEcg, name = 'ecg'): number[] {
  const prepared = prepareInputs(card, ecg);
  if (!prepared.ok) throw new Error(prepared.failure.detail);
  return Array.from(prepared.value.tensors[name]?.data ?? []);
}

describe('a waveform', () => {
  test('stands in the order of leads and the unit that the card names', () => {
    const ecg = ecgOf(100, 100, (lead) => (lead === 'V1' ? 2000 : lead === 'I' ? -500 : 0));
    const data = tensorOf(cardOf(PLAIN), ecg);
    expect(data[60]).toBe(2);
    expect(data[120 + 60]).toBe(-0.5);
    expect(tensorOf(cardOf({ ...PLAIN, unit: 'uV' }), ecg)[60]).toBe(2000);
  });

  test('that is shorter than the window lies in the middle between zeros', () => {
    const wide = { ...PLAIN, samples: 201, windowSamples: 200 };
    const data = tensorOf(
      cardOf(wide),
      ecgOf(100, 101, () => 1000),
    ).slice(0, 201);
    expect(data.filter((value) => value !== 0)).toHaveLength(101);
    expect(data.indexOf(1)).toBe(50);
  });

  test('that is longer is cut to its middle', () => {
    const data = tensorOf(
      cardOf(PLAIN),
      ecgOf(100, 300, (_, i) => i),
    ).slice(0, 120);
    expect(data.slice(0, 10)).toEqual(new Array(10).fill(0));
    expect(data[10]).toBeCloseTo(0.1, 6);
    expect(data[109]).toBeCloseTo(0.199, 6);
    expect(data.slice(110)).toEqual(new Array(10).fill(0));
  });

  test('of many minutes costs the same and gives what its middle gives', () => {
    const filter = {
      kind: 'elliptic-high-pass',
      passHz: 0.8,
      stopHz: 0.2,
      rippleDb: 0.5,
      attenuationDb: 40,
    } as const;
    const card = cardOf({ ...PLAIN, samples: 1000, windowSamples: 1000, filter });
    const wave = (at: number) => Math.round(800 * Math.sin(at / 9) + 300 * Math.sin(at / 700));
    const long = ecgOf(100, 60_000, (_, i) => wave(i - 30_000));
    const short = ecgOf(100, 6000, (_, i) => wave(i - 3000));
    const a = tensorOf(card, long);
    const b = tensorOf(card, short);
    const greatest = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 9))), 0);
    expect(greatest).toBeLessThan(1e-3);
    expect(Math.max(...a)).toBeGreaterThan(0.5);
  });

  test('is resampled to the rate of the card', () => {
    const sine = (rate: number) =>
      ecgOf(rate, rate, (_, i) => 1000 * Math.sin((2 * Math.PI * 5 * i) / rate));
    const from500 = tensorOf(cardOf(PLAIN), sine(500));
    const from100 = tensorOf(cardOf(PLAIN), sine(100));
    for (let i = 30; i < 90; i += 1) expect(from500[i]).toBeCloseTo(from100[i] ?? 9, 2);
  });

  test('with a sample that nobody measured is not available to the model', () => {
    const gap = ecgOf(100, 100, (lead, i) => (lead === 'V1' && i === 50 ? MISSING : 1));
    const prepared = prepareInputs(cardOf(PLAIN), gap);
    expect(prepared).toMatchObject({
      ok: false,
      failure: { code: 'input-unavailable', detail: 'lead V1 is not complete' },
    });
    const elsewhere = ecgOf(100, 100, (lead, i) => (lead === 'V6' && i === 50 ? MISSING : 1));
    expect(prepareInputs(cardOf(PLAIN), elsewhere).ok).toBe(true);
  });

  test('too slow for the filter is not available either, and nothing is thrown', () => {
    const filter = {
      kind: 'elliptic-high-pass',
      passHz: 40,
      stopHz: 30,
      rippleDb: 0.5,
      attenuationDb: 40,
    } as const;
    const ecg = ecgOf(60, 60, () => 1);
    expect(prepareInputs(cardOf({ ...PLAIN, filter }), ecg)).toMatchObject({
      failure: { code: 'input-unavailable' },
    });
  });

  test('tells its mean, deviation and peak per lead without the padding', () => {
    const ecg = ecgOf(100, 100, (lead, i) => (lead === 'V1' ? (i % 2 === 0 ? 3000 : -1000) : 0));
    const prepared = prepareInputs(cardOf({ ...PLAIN, samples: 200, windowSamples: 200 }), ecg);
    expect(prepared.ok && prepared.value.statistics).toEqual({
      mean: [1, 0],
      deviation: [2, 0],
      peak: [3, 0],
    });
  });
});

describe('age and sex', () => {
  const person = (patient: Partial<EcgPatient>) => ecgOf(100, 100, () => 1, patient);
  const card = cardOf(PLAIN, PERSON);

  test('are encoded as the card says', () => {
    expect(tensorOf(card, person({ ageYears: 70, sex: 'male' }), 'age_sex')).toEqual([1, 0.5]);
    expect(tensorOf(card, person({ ageYears: 40, sex: 'female' }), 'age_sex')).toEqual([0, -1]);
  });

  test('take the value for "unknown" where the card has one, and none is made up', () => {
    expect(tensorOf(card, person({ sex: 'male' }), 'age_sex')).toEqual([1, -9]);
    expect(prepareInputs(card, person({ ageYears: 70 }))).toMatchObject({
      ok: false,
      failure: { code: 'input-unavailable', detail: 'male is not known' },
    });
  });
});

test('the golden ECG of a model is prepared as SciPy prepared it', async () => {
  const folder = new URL('../../test/models/placeholder/', import.meta.url);
  const read = (file: string) => readFile(new URL(file, folder), 'utf8');
  const card = parseCard(await read('card.json'));
  if (!card.ok) throw new Error(card.failure.detail);
  const golden = JSON.parse(await read(card.value.golden.file)) as {
    sampleRateHz: number;
    patient: EcgPatient;
    leads: Record<string, number[]>;
    prepared: Record<string, { every: number; values: number[] }>;
  };
  const ecg = ecgOf(
    golden.sampleRateHz,
    golden.leads['I']?.length ?? 0,
    (lead, i) => golden.leads[lead]?.[i] ?? 0,
    golden.patient,
  );
  let compared = 0;
  for (const [name, { every, values }] of Object.entries(golden.prepared)) {
    const data = tensorOf(card.value, ecg, name);
    values.forEach((value, i) => {
      expect(Math.abs(value - (data[i * every] ?? Number.NaN))).toBeLessThan(PREPARED_TOLERANCE);
      compared += 1;
    });
  }
  expect(compared).toBeGreaterThan(300);
});
