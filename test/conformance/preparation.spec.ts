import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createEcg, type Ecg } from '../../src/core/ecg/ecg.js';
import type { ModelCard, WaveformInput } from '../../src/core/decision/card.js';
import { drawCase } from '../../src/sandbox/simulator/draw.js';
import { simulateCase } from '../../src/sandbox/simulator/simulate.js';
import { PREPARED_TOLERANCE } from '../../src/scoring/golden.js';
import { packEcg } from '../../src/scoring/packed-ecg.js';
import { prepareInputs } from '../../src/scoring/preprocess.js';

/** Made by `python -m leadwire_models prepared` (models/training) of the simulator's own ECGs. */
interface Fixture {
  readonly simulated: { readonly seed: number; readonly draw: 'training' | 'test' };
  readonly input: WaveformInput;
  /** One value in so many of the whole tensor. */
  readonly every: number;
  readonly ecgs: readonly {
    readonly id: string;
    /** The recording was thinned to one sample in so many. */
    readonly everySample: number;
    readonly sampleRateHz: number;
    readonly values: readonly number[];
  }[];
}

/** As the simulator numbers the cases of a batch. */
const SEEDS_A_BATCH = 1_000_003;

const fixture = JSON.parse(
  readFileSync(new URL('../golden/prepared.json', import.meta.url), 'utf8'),
) as Fixture;

function recordingOf(id: string, everySample: number, sampleRateHz: number): Ecg {
  const { seed, draw } = fixture.simulated;
  const number = Number(id.split('-')[1]);
  const whole = simulateCase(
    drawCase((Math.imul(seed, SEEDS_A_BATCH) + number) >>> 0, { draw }),
  ).ecg;
  const leads = whole.leads.map(({ name, samples }) => ({
    name,
    microvolts: Array.from(samples).filter((_, i) => i % everySample === 0),
  }));
  const ecg = createEcg({ sampleRateHz, patient: whole.patient, leads });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

describe('what the service feeds a network', () => {
  test.each(fixture.ecgs.map((one) => [one.id, one.sampleRateHz, one] as const))(
    'is what training fed it: %s at %i samples a second',
    (id, sampleRateHz, { everySample, values }) => {
      const card = { inputs: [fixture.input] } as unknown as ModelCard;
      const prepared = prepareInputs(card, packEcg(recordingOf(id, everySample, sampleRateHz)));
      if (!prepared.ok) throw new Error(prepared.failure.detail);
      const data = prepared.value.tensors[fixture.input.tensor]?.data ?? new Float32Array();
      const differences = values.map((value, k) =>
        Math.abs(value - (data[k * fixture.every] ?? NaN)),
      );
      expect(values.length).toBe(Math.ceil(data.length / fixture.every));
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.1);
      expect(Math.max(...differences)).toBeLessThan(PREPARED_TOLERANCE);
    },
  );
});
