import type {
  DemographicField,
  DemographicsInput,
  ModelCard,
  WaveformInput,
} from '../core/decision/card.js';
import type { InputStatistics } from '../core/decision/scorer.js';
import { MISSING, type EcgPatient } from '../core/ecg/ecg.js';
import { failureOf, ok, refuse, type Result } from '../core/failure.js';
import { ellipticHighPass, sosfiltfilt } from '../core/signal/filter.js';
import { createResampler, resampleFactors } from '../core/signal/resample.js';
import { packedLead, type PackedEcg } from './packed-ecg.js';
import { preparePicture } from './picture.js';

/** A tensor of one ECG, batch axis included. */
export interface PreparedTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** Where the time axis of the waveform tensor, or of the page, lies in the recording. */
export interface Timeline {
  /** Of its first sample; below zero where zeros stand before a short recording. */
  readonly startMs: number;
  readonly lengthMs: number;
  readonly recordedMs: number;
  /** Of a page, when the stretch in each of its cells begins. */
  readonly cellStartsMs?: readonly number[];
}

export interface PreparedInputs {
  readonly tensors: Readonly<Record<string, PreparedTensor>>;
  readonly statistics: InputStatistics;
  /** Null where the card feeds nothing of the ECG itself. */
  readonly timeline: Timeline | null;
}

/**
 * Of a long recording only the middle is worked on, with this much more at either end than the
 * model is shown: a zero-phase high-pass has forgotten the cut by then, and the cost is bounded.
 */
export const MARGIN_SECONDS = 10;

/** Everything a network is fed, from its card alone: no network is known by name here. */
export function prepareInputs(card: ModelCard, ecg: PackedEcg): Result<PreparedInputs> {
  const tensors: Record<string, PreparedTensor> = {};
  let statistics: InputStatistics = { mean: [], deviation: [], peak: [] };
  let timeline: Timeline | null = null;
  for (const input of card.inputs) {
    if (input.kind === 'demographics') {
      const prepared = prepareDemographics(input, ecg.patient);
      if (!prepared.ok) return prepared;
      tensors[input.tensor] = prepared.value;
    } else {
      const prepared =
        input.kind === 'picture' ? preparePicture(input, ecg) : prepareWaveform(input, ecg);
      if (!prepared.ok) return prepared;
      tensors[input.tensor] = prepared.value.tensor;
      ({ statistics, timeline } = prepared.value);
    }
  }
  return ok({ tensors, statistics, timeline });
}

function prepareDemographics(
  input: DemographicsInput,
  patient: EcgPatient,
): Result<PreparedTensor> {
  const data = new Float32Array(input.fields.length);
  for (const [i, spec] of input.fields.entries()) {
    const known = knownValue(spec.field, patient);
    const value = known === null ? spec.whenUnknown : (known - spec.centre) / spec.scale;
    if (value === null) return refuse('input-unavailable', `${spec.field} is not known`);
    data[i] = value;
  }
  return ok({ dims: [1, data.length], data });
}

function knownValue(field: DemographicField['field'], patient: EcgPatient): number | null {
  if (field === 'age') return patient.ageYears;
  return patient.sex === null ? null : Number(patient.sex === 'male');
}

export interface PreparedSignal {
  readonly tensor: PreparedTensor;
  readonly statistics: InputStatistics;
  readonly timeline: Timeline;
}

function prepareWaveform(input: WaveformInput, ecg: PackedEcg): Result<PreparedSignal> {
  try {
    return waveformOf(input, ecg);
  } catch (error) {
    // The signal functions refuse rates and lengths that a filter cannot work on.
    if (!(error instanceof RangeError)) throw error;
    return refuse('input-unavailable', `${error.message} (${failureOf(error).code})`);
  }
}

function waveformOf(input: WaveformInput, ecg: PackedEcg): Result<PreparedSignal> {
  const { leads, samples, windowSamples, sampleRateHz } = input;
  const { up, down } = resampleFactors(ecg.sampleRateHz, sampleRateHz);
  const resample = createResampler(up, down);
  const highPass = input.filter ? ellipticHighPass(input.filter, ecg.sampleRateHz) : null;
  const { from, to } = workedOn(input, ecg);
  const data = new Float32Array(leads.length * samples);
  let startMs = 0;
  const statistics = { mean: [] as number[], deviation: [] as number[], peak: [] as number[] };
  for (const [row, name] of leads.entries()) {
    const recorded = packedLead(ecg, name).subarray(from, to);
    if (recorded.includes(MISSING)) {
      return refuse('input-unavailable', `lead ${name} is not complete`);
    }
    const scaled = inUnit(recorded, input.unit);
    const resampled = resample(highPass ? sosfiltfilt(highPass, scaled) : scaled);
    const shown = Math.min(windowSamples, resampled.length);
    const start = Math.floor((resampled.length - shown) / 2);
    const window = resampled.subarray(start, start + shown);
    const padding = Math.floor((samples - shown) / 2);
    data.set(window, row * samples + padding);
    startMs = (1000 * from) / ecg.sampleRateHz + (1000 * (start - padding)) / sampleRateHz;
    describe(window, statistics);
  }
  const timeline = {
    startMs,
    lengthMs: (1000 * samples) / sampleRateHz,
    recordedMs: (1000 * ecg.sampleCount) / ecg.sampleRateHz,
  };
  return ok({ tensor: { dims: [1, leads.length, samples], data }, statistics, timeline });
}

function workedOn(input: WaveformInput, ecg: PackedEcg): { from: number; to: number } {
  const seconds = input.windowSamples / input.sampleRateHz + 2 * MARGIN_SECONDS;
  const length = Math.min(ecg.sampleCount, Math.ceil(seconds * ecg.sampleRateHz));
  const from = Math.floor((ecg.sampleCount - length) / 2);
  return { from, to: from + length };
}

/** Plain loops from here on: this runs over every sample of every ECG. */
function inUnit(microvolts: Int16Array, unit: WaveformInput['unit']): Float64Array {
  const divisor = unit === 'mV' ? 1000 : 1;
  const scaled = new Float64Array(microvolts.length);
  for (let i = 0; i < scaled.length; i += 1) scaled[i] = (microvolts[i] as number) / divisor;
  return scaled;
}

function describe(
  window: Float64Array,
  into: { mean: number[]; deviation: number[]; peak: number[] },
): void {
  const count = window.length;
  let sum = 0;
  let peak = 0;
  for (let i = 0; i < count; i += 1) {
    const value = window[i] as number;
    sum += value;
    peak = Math.max(peak, Math.abs(value));
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i += 1) squares += ((window[i] as number) - mean) ** 2;
  into.mean.push(mean);
  into.deviation.push(Math.sqrt(squares / count));
  into.peak.push(peak);
}
