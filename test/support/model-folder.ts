import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEcg, type Ecg } from '../../src/core/ecg/ecg.js';
import type { ThreadProgram } from '../../src/scoring/slot.js';
import { tinyNetwork, type TinyNetwork } from './onnx.js';

/** The scoring thread as it stands in the sources, for specs that run without a build. */
export const SOURCE_THREAD: ThreadProgram = {
  url: new URL('../../src/scoring/thread.ts', import.meta.url),
  execArgv: ['--import', new URL('./ts-loader.js', import.meta.url).href],
};

export const TINY_RATE_HZ = 100;
export const TINY_SAMPLES = 100;
const LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

/** One second in which every recorded lead stands at one level. */
export function levelEcg(microvolts: number, ageYears: number | null = 60): Ecg {
  const made = createEcg({
    sampleRateHz: TINY_RATE_HZ,
    patient: { ageYears, sex: 'male' },
    leads: LEADS.map((name) => ({
      name,
      microvolts: new Float64Array(TINY_SAMPLES).fill(microvolts),
    })),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value;
}

export interface TinyModel {
  readonly id: string;
  readonly members?: readonly Partial<TinyNetwork>[];
  /** Changes the card before it is written. */
  readonly card?: (card: Record<string, unknown>) => void;
  readonly goldenOffset?: number;
}

const NETWORK: TinyNetwork = {
  leads: 2,
  samples: TINY_SAMPLES,
  weights: [0, 1, 2],
  biases: [0, 0, 0],
};

/** A model folder that is right in all it says, until the caller changes something. */
export async function writeModel(modelsDir: string, model: TinyModel): Promise<string> {
  const folder = join(modelsDir, model.id);
  await mkdir(join(folder, 'golden'), { recursive: true });
  const networks = (model.members ?? [{}]).map((more) => ({ ...NETWORK, ...more }));
  const members: { file: string; sha256: string }[] = [];
  for (const [i, network] of networks.entries()) {
    const bytes = tinyNetwork(network);
    const file = `member-${i + 1}.onnx`;
    await writeFile(join(folder, file), bytes);
    members.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  const golden = goldenOf(networks, model.goldenOffset ?? 0);
  await writeFile(join(folder, 'golden', 'golden.json'), JSON.stringify(golden));
  const card = cardOf(model.id, members);
  model.card?.(card);
  await writeFile(join(folder, 'card.json'), JSON.stringify(card));
  return folder;
}

function goldenOf(networks: readonly TinyNetwork[], offset: number): unknown {
  const level = new Array<number>(TINY_SAMPLES).fill(500);
  return {
    made: 'a level of half a millivolt',
    sampleRateHz: TINY_RATE_HZ,
    patient: { ageYears: 60, sex: 'male' },
    leads: Object.fromEntries(LEADS.map((name) => [name, level])),
    prepared: { ecg: { every: 50, values: [0.5, 0.5, 0.5, 0.5] } },
    outputs: {
      out: networks.map(({ weights, biases }) =>
        weights.map((weight, i) => 0.5 * weight + (biases[i] ?? 0) + offset),
      ),
    },
  };
}

function cardOf(id: string, members: readonly unknown[]): Record<string, unknown> {
  const estimate = { value: 0.5, low: 0.4, high: 0.6 };
  return {
    schema: 1,
    id,
    version: '1.0.0',
    title: 'Level',
    intendedUse: 'Specs.',
    notIntendedUse: 'All else.',
    standing: 'placeholder',
    defaultMode: 'shadow',
    labelProvenance: 'simulated',
    population: { ageYearsMin: 18 },
    inputs: [
      {
        kind: 'waveform',
        tensor: 'ecg',
        leads: ['I', 'V2'],
        sampleRateHz: TINY_RATE_HZ,
        samples: TINY_SAMPLES,
        windowSamples: TINY_SAMPLES,
        unit: 'mV',
        filter: null,
      },
    ],
    outputs: [{ tensor: 'out', activation: 'softmax', classes: ['none', 'some', 'much'] }],
    members,
    findings: [
      {
        id: 'level',
        title: 'A level',
        code: { system: 'urn:specs', code: 'level', display: 'Level' },
        beside: [],
        output: 'out',
        classes: ['some', 'much'],
        decisionPoints: [
          {
            name: 'first',
            threshold: 0.5,
            cohort: 'nobody',
            sensitivity: estimate,
            specificity: estimate,
          },
        ],
      },
    ],
    golden: { file: 'golden/golden.json', tolerance: 0.0001, command: 'none' },
    training: { data: 'none', records: 0, command: 'none' },
    evaluation: [],
    limits: [],
    licence: 'Apache-2.0',
    credits: [],
  };
}
