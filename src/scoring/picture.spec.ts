import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeModel } from '../../test/support/model-folder.js';
import { simulateEcg } from '../../test/support/simulated.js';
import { examine } from '../core/decision/examination.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import { createEcg, type Ecg } from '../core/ecg/ecg.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import {
  recordingOf,
  STANDARD_CELLS,
  STANDARD_PAGE,
  standardPicture,
  standardShape,
} from '../core/image/picture/standard-page.js';
import { loadCard } from './card.js';
import { packEcg } from './packed-ecg.js';
import { leadsOfPage } from './picture.js';
import { runModel } from './run-model.js';
import { openMembers, releaseSessions, type OpenModel } from './session.js';
import { verifyModels } from './verify.js';

const PER_MM = 0.64;
const { width, height } = standardShape(PER_MM);
const NETWORK = { leads: height, samples: width, isPicture: true, inputName: 'page' } as const;
const ecg = simulateEcg({ seed: 3, condition: 'anterior-occlusion', ageYears: 60, sex: 'female' });
let dir: string;
const opened: OpenModel[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leadwire-picture-'));
});
afterAll(async () => {
  for (const { sessions } of opened) await releaseSessions(sessions);
  await rm(dir, { recursive: true });
});

const picture = {
  kind: 'picture',
  tensor: 'page',
  pipeline: { name: STANDARD_PAGE.name, version: STANDARD_PAGE.version },
  width,
  height,
  pixelsPerMm: PER_MM,
};

/** A network that answers by how much ink there is, and looks where the ink is. */
function write(id: string, more: object = {}, weights: readonly number[] = [0, 40, 0]) {
  return writeModel(dir, {
    id,
    members: [{ ...NETWORK, weights, attentionName: 'seen' }],
    card: (card) => {
      card['inputs'] = [picture];
      card['evidence'] = { kind: 'attention', tensor: 'seen', findings: ['level'] };
      Object.assign(card, more);
    },
  });
}

async function open(folder: string): Promise<OpenModel> {
  const card = await loadCard(folder);
  if (!card.ok) throw new Error(card.failure.detail);
  const model = await openMembers(folder, card.value, 1);
  if (!model.ok) throw new Error(model.failure.detail);
  opened.push(model.value);
  return model.value;
}

async function answerOf(model: OpenModel, of: Ecg): Promise<ModelOutcome> {
  return runModel(model, packEcg(of), examine(of));
}

describe('a model that is fed a picture', () => {
  test('is shown the standard page and answers by it', async () => {
    const answer = await answerOf(await open(await write('pictured')), ecg);
    if (answer.kind !== 'answer') throw new Error(answer.failure.detail);
    const ink = standardPicture(recordingOf(ecg), PER_MM);
    const mean = ink.reduce((sum, value) => sum + value, 0) / ink.length;
    expect(mean).toBeGreaterThan(0.01);
    expect(answer.logits['out']?.[0]?.[1]).toBeCloseTo(40 * mean, 4);
    expect(answer.inputStatistics.mean).toHaveLength(LEAD_NAMES.length);
    expect(Math.min(...answer.inputStatistics.peak)).toBeGreaterThan(0.3);
  });

  test('shows where on the page it looked as leads and times', async () => {
    const answer = await answerOf(await open(await write('looking')), ecg);
    if (answer.kind !== 'answer') throw new Error(answer.failure.detail);
    const spans = answer.findings[0]?.evidence?.spans ?? [];
    expect(spans.length).toBeGreaterThan(5);
    for (const { lead, fromMs, toMs } of spans) {
      const places = STANDARD_CELLS.filter((cell) => cell.lead === lead);
      const isInside = places.some(
        ({ fromSeconds, toSeconds }) => fromMs >= 1000 * fromSeconds && toMs <= 1000 * toSeconds,
      );
      expect({ lead, isInside }).toEqual({ lead, isInside: true });
    }
  });

  test('says nothing of an ECG that lacks a lead where the page shows it', async () => {
    const torn = createEcg({
      sampleRateHz: ecg.sampleRateHz,
      partial: true,
      leads: ecg.leads.map(({ name, samples }) => ({
        name,
        microvolts: Float64Array.from(samples, (v, i) => (name === 'V2' && i > 500 ? NaN : v)),
      })),
    });
    if (!torn.ok) throw new Error(torn.failure.detail);
    expect(await answerOf(await open(await write('torn')), torn.value)).toMatchObject({
      kind: 'silence',
      failure: { code: 'input-unavailable', detail: 'lead V2 is not on the page' },
    });
  });

  test('is ready when its golden page is the one that we draw, and not when it is another', async () => {
    const folder = await write('golden', {}, [0, 0, 0]);
    const path = join(folder, 'golden', 'golden.json');
    const golden = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const ink = Array.from(standardPicture(recordingOf(ecg), PER_MM));
    const leads = Object.fromEntries(ecg.leads.map((lead) => [lead.name, [...lead.samples]]));
    const made = { ...golden, sampleRateHz: ecg.sampleRateHz, leads };
    const put = (values: readonly number[]): Promise<void> =>
      writeFile(
        path,
        JSON.stringify({
          ...made,
          prepared: { page: { every: 7, values } },
          outputs: { out: [[0, 0, 0]] },
        }),
      );
    const thinned = ink.filter((_, i) => i % 7 === 0);
    await put(thinned);
    expect((await verdictOn('golden')) ?? 'ready').toBe('ready');
    await put(thinned.map((value) => 1 - value));
    expect(await verdictOn('golden')).toMatch(
      /^prepared input page differs from the golden vector/,
    );
  });

  test.each([
    ['has sides of another page', { width: width + 1 }, /sides that are not those of its page/],
    [
      'was made by another pipeline',
      { pipeline: { name: 'standard-page', version: 2 } },
      /version/,
    ],
  ])('is refused when its card %s', async (_, change, why) => {
    const card = await loadCard(await write('refused', { inputs: [{ ...picture, ...change }] }));
    expect(card.ok ? '' : card.failure.detail).toMatch(why);
  });

  test('is refused when it asks for parts of a waveform to be flattened', async () => {
    const evidence = { kind: 'lead-occlusion', findings: ['level'] };
    const card = await loadCard(await write('flattened', { evidence }));
    expect(card.ok ? '' : card.failure.detail).toMatch(/flattens parts of a waveform/);
  });
});

async function verdictOn(id: string): Promise<string | undefined> {
  const { rejected } = await verifyModels(dir);
  return rejected.find(({ folder }) => folder === id)?.failure.detail;
}

test('a map over the page becomes one over leads and time', () => {
  const steps = 8;
  const values = new Float32Array(8 * steps);
  values[0 * steps + 5] = 0.7; // first row, third column: V1
  values[7 * steps + 7] = 0.4; // the rhythm strip at its end
  const timeline = { startMs: 0, lengthMs: 10_000, recordedMs: 10_000 };
  const map = leadsOfPage({ leads: 8, steps, values }, timeline);
  const weights = (lead: string): number[] =>
    [...map.values.subarray(LEAD_NAMES.findIndex((one) => one === lead) * steps)].slice(0, steps);
  expect(weights('V1')[5]).toBeCloseTo(0.7);
  expect(weights('II')[7]).toBeCloseTo(0.4);
  expect(map.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.1);
  // Where paper shows V1 from nought on, what stands in its place is of that time.
  const cellStartsMs = STANDARD_CELLS.map((cell) =>
    cell.lead === 'V1' ? 0 : 1000 * cell.fromSeconds,
  );
  const moved = leadsOfPage({ leads: 8, steps, values }, { ...timeline, cellStartsMs });
  const v1 = LEAD_NAMES.indexOf('V1') * steps;
  expect(moved.values[v1 + 1]).toBeCloseTo(0.7);
  expect(moved.values[v1 + 5]).toBe(0);
});
