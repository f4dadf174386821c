import type { WaveformInput } from '../core/decision/card.js';
import { BEAT_PARTS, type BeatPart } from '../core/decision/evidence.js';
import type { LeadName } from '../core/ecg/lead.js';
import type { BeatSpan } from './beat-spans.js';
import type { PreparedTensor, Timeline } from './preprocess.js';
import type { Feeds } from './run-members.js';

/** One copy of the ECG in which a part of every beat is flattened, in one lead or in all. */
export interface Occlusion {
  readonly lead: LeadName | null;
  readonly part: BeatPart;
}

/**
 * Each part in all leads together, and the ST-T of each lead on its own: where an infarct shows is
 * told lead by lead, and a copy less is a run of the network less.
 */
export function occlusionsOf(leads: readonly LeadName[]): readonly Occlusion[] {
  return [
    ...BEAT_PARTS.map((part): Occlusion => ({ lead: null, part })),
    ...leads.map((lead): Occlusion => ({ lead, part: 'st-t' })),
  ];
}

/** A copy for each occlusion, as one batch. */
export function occludedFeeds(
  feeds: Feeds,
  input: WaveformInput,
  timeline: Timeline,
  beats: readonly BeatSpan[],
  occlusions: readonly Occlusion[],
): Feeds {
  const copies = occlusions.length;
  const batch: Record<string, PreparedTensor> = {};
  for (const [name, { dims, data }] of Object.entries(feeds)) {
    const tiled = new Float32Array(copies * data.length);
    for (let i = 0; i < copies; i += 1) tiled.set(data, i * data.length);
    batch[name] = { dims: [copies, ...dims.slice(1)], data: tiled };
  }
  const whole = batch[input.tensor];
  if (!whole) throw new RangeError(`no input ${input.tensor} to flatten`);
  occlusions.forEach(({ lead, part }, i) => {
    input.leads.forEach((name, row) => {
      if (lead !== null && lead !== name) return;
      const at = (i * input.leads.length + row) * input.samples;
      const samples = whole.data.subarray(at, at + input.samples);
      for (const beat of beats) if (beat.part === part) flatten(samples, beat, timeline, input);
    });
  });
  return batch;
}

/** What lies just before the QRS is the level to which an ST segment is brought down. */
const LEVEL_MS = 16;
const RAMP_MS = 24;

/** A straight line from the level before the beat to where the signal is afterwards. */
function flatten(
  samples: Float32Array,
  { fromMs, toMs, levelMs }: BeatSpan,
  { startMs }: Timeline,
  { sampleRateHz }: WaveformInput,
): void {
  const place = (ms: number): number => Math.round(((ms - startMs) * sampleRateHz) / 1000);
  const [from, to] = [place(fromMs), place(toMs)];
  const rise = Math.max(1, Math.round((RAMP_MS * sampleRateHz) / 1000));
  if (from < 0 || to >= samples.length || to - from < 2) return;
  const before = meanOf(samples, place(levelMs - LEVEL_MS), place(levelMs) + 1);
  const after = samples[to] as number;
  for (let i = from; i < to; i += 1) {
    const share = (i - from) / (to - from);
    const line = before + share * (after - before);
    // The step down from J is spread over a few samples: a sharp edge would be a feature itself.
    const kept = Math.max(0, 1 - (i - from) / rise);
    samples[i] = kept * (samples[i] as number) + (1 - kept) * line;
  }
}

function meanOf(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  let count = 0;
  for (let i = Math.max(0, from); i < Math.min(samples.length, to); i += 1) {
    sum += samples[i] as number;
    count += 1;
  }
  return count > 0 ? sum / count : 0;
}
