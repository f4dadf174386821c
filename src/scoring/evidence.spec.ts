import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeModel } from '../../test/support/model-folder.js';
import { simulateEcg, type Condition } from '../../test/support/simulated.js';
import { heaviestParts, type FindingEvidence } from '../core/decision/evidence.js';
import { examine } from '../core/decision/examination.js';
import type { ModelAnswer } from '../core/decision/scorer.js';
import type { Ecg } from '../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../core/ecg/lead.js';
import { loadCard } from './card.js';
import { occlusionEvidence, type Fall } from './evidence.js';
import { packEcg } from './packed-ecg.js';
import { runModel } from './run-model.js';
import { openMembers, releaseSessions, type OpenModel } from './session.js';

const RATE_HZ = 400;
const SAMPLES = 4096;
const NETWORK = { leads: INDEPENDENT_LEADS.length, samples: SAMPLES };
let dir: string;
const opened: OpenModel[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leadwire-evidence-'));
});
afterAll(async () => {
  for (const { sessions } of opened) await releaseSessions(sessions);
  await rm(dir, { recursive: true });
});

/** A network that answers by the mean of all samples: the area under ST and T is what it sees. */
async function modelOf(id: string, more: object, network: object = {}): Promise<OpenModel> {
  const folder = await writeModel(dir, {
    id,
    members: [
      { ...NETWORK, weights: [0, 80, 0], ...network },
      { ...NETWORK, weights: [0, 60, 0], ...network },
    ],
    card: (card) => {
      card['inputs'] = [
        {
          kind: 'waveform',
          tensor: 'ecg',
          leads: INDEPENDENT_LEADS,
          sampleRateHz: RATE_HZ,
          samples: SAMPLES,
          windowSamples: 4000,
          unit: 'mV',
          filter: null,
        },
      ];
      Object.assign(card, more);
    },
  });
  const card = await loadCard(folder);
  if (!card.ok) throw new Error(card.failure.detail);
  const model = await openMembers(folder, card.value, 1);
  if (!model.ok) throw new Error(model.failure.detail);
  opened.push(model.value);
  return model.value;
}

const patient = (condition: Condition): Ecg =>
  simulateEcg({ seed: 8, condition, ageYears: 60, sex: 'male' });

async function answerOf(model: OpenModel, ecg: Ecg): Promise<ModelAnswer> {
  const outcome = await runModel(model, packEcg(ecg), examine(ecg));
  if (outcome.kind === 'silence') throw new Error(outcome.failure.detail);
  return outcome;
}

async function evidenceFor(model: OpenModel, ecg: Ecg): Promise<FindingEvidence> {
  const evidence = (await answerOf(model, ecg)).findings[0]?.evidence;
  if (!evidence) throw new Error('no evidence');
  return evidence;
}

describe('evidence by flattening', () => {
  const more = { evidence: { kind: 'lead-occlusion', findings: ['level'] } };

  test('moves with the ST change, to its leads and their ST-T', async () => {
    const model = await modelOf('flattened', more);
    const heaviest = async (condition: Condition) =>
      heaviestParts(await evidenceFor(model, patient(condition)), 9).filter(
        ({ lead }) => lead !== null,
      );
    const anterior = await heaviest('anterior-occlusion');
    const inferior = await heaviest('inferior-occlusion');
    for (const { part } of [...anterior, ...inferior]) expect(part).toBe('st-t');
    for (const { lead } of anterior.slice(0, 2)) expect(['V2', 'V3', 'V4']).toContain(lead);
    const share = (parts: typeof anterior, name: string) =>
      (parts.find(({ lead }) => lead === name)?.weight ?? 0) / (parts[0]?.weight ?? 1);
    expect(share(inferior, 'II')).toBeGreaterThan(share(anterior, 'II') + 0.2);
    expect(share(anterior, 'V3')).toBeGreaterThan(share(inferior, 'V3') + 0.2);
  });

  test('lies on the ST-T of every ordinary beat, inside the recording', async () => {
    const ecg = patient('anterior-occlusion');
    const { spans } = await evidenceFor(await modelOf('everywhere', more), ecg);
    const { measurement } = examine(ecg);
    const beats = measurement.beats.filter(({ kind }) => kind === 'ordinary');
    const first = spans.filter(({ lead }) => lead === 'V3');
    expect(first.length).toBeGreaterThan(beats.length - 2);
    for (const { toMs } of first) expect(toMs).toBeLessThanOrEqual(10_000);
    // The last beat may be cut off by the end of the recording.
    for (const { fromMs, toMs } of first.filter((one) => one.toMs < 10_000)) {
      expect(beats.some(({ atMs }) => fromMs > atMs && fromMs - atMs < 150)).toBe(true);
      expect(toMs - fromMs).toBeGreaterThan(150);
    }
  });

  test('is not paid for where the finding lies far below every threshold', async () => {
    const sure = { biases: [9, 0, 0] };
    const { findings } = await answerOf(await modelOf('calm', more, sure), patient('normal'));
    expect(findings[0]?.evidence).toBeNull();
  });

  test('names no part where none made the finding fall', () => {
    const beats = [{ part: 'st-t', fromMs: 500, toMs: 800, levelMs: 400 }] as const;
    const falls = (stT: number, v2: number, v3: number, qrs = 0): Fall[] => [
      { lead: null, part: 'qrs', fall: qrs },
      { lead: null, part: 'st-t', fall: stT },
      { lead: 'V2', part: 'st-t', fall: v2 },
      { lead: 'V3', part: 'st-t', fall: v3 },
    ];
    const spansOf = (...all: Fall[]) => occlusionEvidence(all, beats, 10_000).spans;
    const v2 = { lead: 'V2', part: 'st-t', fromMs: 500, toMs: 800, weight: 1 };
    expect(spansOf(...falls(0.05, 0.09, -1))).toEqual([]);
    expect(spansOf(...falls(2, 1, 0.2))).toEqual([v2]);
    expect(spansOf(...falls(2, 1, 0.5))).toEqual([v2, { ...v2, lead: 'V3', weight: 0.5 }]);
    // A QRS twice as heavy in all leads halves what the leads' ST-T weigh.
    expect(spansOf(...falls(2, 1, 0.5, 4))).toEqual([
      { ...v2, weight: 0.5 },
      { ...v2, lead: 'V3', weight: 0.25 },
    ]);
  });
});

describe('evidence by attention', () => {
  const more = { evidence: { kind: 'attention', tensor: 'attention', findings: ['level'] } };

  test('is laid on the recording where the network looked', async () => {
    const model = await modelOf('attending', more, { attentionName: 'attention' });
    const { method, spans } = await evidenceFor(model, patient('anterior-occlusion'));
    expect(method).toBe('attention');
    // The map is the size of the signal, and the QRS is the tallest thing in it.
    expect(spans[0]).toMatchObject({ weight: 1 });
    const onQrs = spans.filter(({ part }) => part === 'qrs');
    expect(spans.length).toBeGreaterThan(5);
    expect(onQrs.length / spans.length).toBeGreaterThan(0.8);
  });
});

test('the distance of an ECG is the mean over the members', async () => {
  const more = { distance: { tensor: 'distance', max: 1 } };
  const model = await modelOf('distant', more, { distanceName: 'distance' });
  const { distance, inputStatistics } = await answerOf(model, patient('normal'));
  const mean = inputStatistics.mean.reduce((sum, one) => sum + one, 0) / INDEPENDENT_LEADS.length;
  expect(distance).toBeCloseTo((Math.abs(mean) * 4000) / SAMPLES, 4);
});
