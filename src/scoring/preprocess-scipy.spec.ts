import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWithPython } from '../../test/support/python.js';
import { simulateCase } from '../sandbox/simulator/simulate.js';
import type { ModelCard, WaveformInput } from '../core/decision/card.js';
import { leadOf, type Ecg } from '../core/ecg/ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES } from '../core/ecg/lead.js';
import { PREPARED_TOLERANCE } from './golden.js';
import { packEcg } from './packed-ecg.js';
import { prepareInputs } from './preprocess.js';

const PREPARE = readFileSync(
  new URL('../../test/support/scipy-prepare.py', import.meta.url),
  'utf8',
);
const EVERY = 7;

const PUBLISHED: WaveformInput = {
  kind: 'waveform',
  tensor: 'ecg',
  leads: INDEPENDENT_LEADS,
  sampleRateHz: 400,
  samples: 4096,
  windowSamples: 4000,
  unit: 'mV',
  filter: {
    kind: 'elliptic-high-pass',
    passHz: 0.8,
    stopHz: 0.2,
    rippleDb: 0.5,
    attenuationDb: 40,
  },
};
const PLAIN: WaveformInput = {
  ...PUBLISHED,
  leads: LEAD_NAMES,
  sampleRateHz: 100,
  samples: 1000,
  windowSamples: 1000,
  filter: null,
};

const ecgAt = (sampleRateHz: number, seconds: number): Ecg =>
  simulateCase({
    seed: sampleRateHz,
    condition: 'omi-lad-proximal',
    ageYears: 60,
    sex: 'male',
    seconds,
    sampleRateHz,
  }).ecg;

describeWithPython('scipy.signal', 'what a network is fed, beside SciPy', (python) => {
  test('is the same at every rate of a recorder, with and without a filter', () => {
    const cases = [250, 500, 1000].flatMap((rateHz) =>
      [PUBLISHED, PLAIN].map((card) => ({ card, rateHz, ecg: ecgAt(rateHz, 10) })),
    );
    cases.push({ card: PUBLISHED, rateHz: 500, ecg: ecgAt(500, 9.5) });
    const dir = mkdtempSync(join(tmpdir(), 'leadwire-scipy-'));
    const file = join(dir, 'cases.json');
    const written = cases.map(({ card, rateHz, ecg }) => ({
      card,
      rateHz,
      leads: card.leads.map((name) => Array.from(leadOf(ecg, name).samples)),
    }));
    writeFileSync(file, JSON.stringify(written));
    const expected = python(PREPARE, file) as number[][];
    rmSync(dir, { recursive: true });
    expect(expected).toHaveLength(cases.length);
    for (const [i, { card, ecg }] of cases.entries()) {
      const prepared = prepareInputs({ inputs: [card] } as unknown as ModelCard, packEcg(ecg));
      if (!prepared.ok) throw new Error(prepared.failure.detail);
      const data = prepared.value.tensors['ecg']?.data ?? new Float32Array();
      const values = expected[i] ?? [];
      expect(values).toHaveLength(Math.ceil(data.length / EVERY));
      const greatest = values.reduce(
        (most, value, k) => Math.max(most, Math.abs(value - (data[k * EVERY] ?? Number.NaN))),
        0,
      );
      expect(greatest).toBeLessThan(PREPARED_TOLERANCE);
      expect(Math.max(...data)).toBeGreaterThan(0.3);
    }
  });
});
