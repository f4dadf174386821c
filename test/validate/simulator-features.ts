import type { Ecg } from '../../src/core/ecg/ecg.js';
import { analyse } from '../../src/core/signal/analysis.js';
import { measureAnalysis } from '../../src/core/signal/measure.js';
import type { LeadMeasurement, Measured } from '../../src/core/signal/measurement.js';
import { quantile } from '../../src/core/signal/statistics.js';
import { bandPowers, BAND_NAMES } from './simulator-spectrum.js';

/** One ECG in numbers with names; NaN where something could not be measured. */
export type Features = ReadonlyMap<string, number>;

const SPECTRUM_LEADS = ['I', 'II', 'V1', 'V2', 'V4', 'V6'];
const RATE_HZ = 500;

/** Null where nothing could be measured at all. */
export function featuresOf(ecg: Ecg): Features | null {
  const analysis = analyse(ecg);
  const measured = measureAnalysis(ecg, analysis);
  if (measured.kind !== 'measured') return null;
  const features = new Map<string, number>();
  addRhythm(features, measured);
  for (const lead of measured.leads) addLead(features, lead, measured);
  for (const lead of ecg.leads.filter(({ name }) => SPECTRUM_LEADS.includes(name))) {
    addNoise(features, lead.name, Float64Array.from(lead.samples), analysis.positions);
  }
  return features;
}

function addRhythm(features: Map<string, number>, measured: Measured): void {
  const { rhythm, intervals, axes } = measured;
  const { rrMsMin, rrMsMedian, rrMsMax } = rhythm;
  const put = (name: string, value: number | null) => features.set(name, value ?? NaN);
  put('rate', rhythm.rateBpm);
  put('P length', intervals.pMs);
  put('PR', intervals.prMs);
  put('QRS', intervals.qrsMs);
  put('QT', intervals.qtMs);
  put('QTc', intervals.qtcFridericiaMs);
  put('P axis', axes.p);
  put('QRS axis', axes.qrs);
  put('T axis', axes.t);
  put('RR spread', rhythm.irregularity);
  put('RR range', rrMsMin && rrMsMax && rrMsMedian ? (rrMsMax - rrMsMin) / rrMsMedian : null);
}

function addLead(features: Map<string, number>, lead: LeadMeasurement, whole: Measured): void {
  const { name, qrs, st, t } = lead;
  const put = (what: string, value: number) => features.set(`${what} ${name}`, value);
  put('P', lead.pMicrovolts);
  put('Q', qrs.q);
  put('R', Math.max(qrs.r, qrs.rPrime));
  put('S', Math.max(qrs.s, qrs.isQs ? qrs.s : 0));
  put('ST', st.j - st.onset);
  put('ST80', st.j80);
  put('T', t.peak);
  put('T skew', t.skew);
  put('bend QRS', bendOf(lead, whole.medianBeat.qrs.onset, whole.medianBeat.qrs.offset));
  const end = whole.medianBeat.t?.offset ?? whole.medianBeat.qrs.offset + 150;
  put('bend T', bendOf(lead, whole.medianBeat.qrs.offset + 10, end));
  put(
    'level before P',
    lead.microvolts[Math.max(0, (whole.medianBeat.p?.onset ?? 40) - 10)] ?? NaN,
  );
}

/** How angular a stretch of the median beat is: the mean second difference against its height. */
function bendOf({ microvolts }: LeadMeasurement, from: number, to: number): number {
  let [sum, low, high] = [0, Infinity, -Infinity];
  for (let i = from; i < to; i += 1) {
    const [a, b, c] = [microvolts[i - 4] ?? 0, microvolts[i] ?? 0, microvolts[i + 4] ?? 0];
    sum += Math.abs(a - 2 * b + c);
    low = Math.min(low, b);
    high = Math.max(high, b);
  }
  return Math.log(sum / (to - from) / (high - low + 5) + 1e-3);
}

function addNoise(
  features: Map<string, number>,
  name: string,
  x: Float64Array,
  positions: readonly number[],
): void {
  bandPowers(x).forEach((power, band) => {
    features.set(`${BAND_NAMES[band] ?? ''} ${name}`, power);
  });
  const spans: number[] = [];
  const levels: number[] = [];
  const roughness: number[] = [];
  for (let k = 0; k + 1 < positions.length; k += 1) {
    const [here, next] = [positions[k] as number, positions[k + 1] as number];
    const beat = x.subarray(Math.max(0, here - 40), here + 40);
    spans.push(Math.max(...beat) - Math.min(...beat));
    const before = x.subarray(Math.max(0, here - 60), Math.max(1, here - 40));
    levels.push(before.reduce((sum, value) => sum + value, 0) / before.length);
    const rest = x.subarray(
      here + Math.round(0.62 * (next - here)),
      next - Math.round(0.28 * (next - here)),
    );
    if (rest.length > 12) roughness.push(roughnessOf(rest));
  }
  const middle = quantile(spans, 0.5);
  features.set(`beat to beat ${name}`, Math.log(deviation(spans) / middle + 1e-3));
  features.set(`wander ${name}`, Math.log(deviation(levels) + 1));
  features.set(`rough ${name}`, Math.log(quantile(roughness, 0.5) + 0.1));
  features.set(
    `rough spread ${name}`,
    Math.log((quantile(roughness, 0.9) + 0.1) / (quantile(roughness, 0.1) + 0.1)),
  );
  features.set(`even numbers ${name}`, x.filter((value) => value % 5 === 0).length / RATE_HZ);
}

function roughnessOf(rest: Float64Array): number {
  let sum = 0;
  for (let i = 2; i < rest.length; i += 1) {
    sum += Math.abs((rest[i] as number) - 2 * (rest[i - 1] as number) + (rest[i - 2] as number));
  }
  return sum / (rest.length - 2);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
