import { INDEPENDENT_LEADS, type AnyLeadName } from '../ecg/lead.js';
import { samplesOf, type Trace } from './trace.js';

/** Summed over eight leads; a pacing pulse below this cannot be told from noise. */
const STEP_MICROVOLTS_MIN = 150;
/** A pulse's step against the steps before and after it: a QRS rises over many samples. */
const STEP_RATIO_MIN = 5;
const GUARD = samplesOf(4);
const REACH = samplesOf(20);
/** What is bridged around a pulse: itself and the recorder's recoil, which some draw out longer. */
const BEFORE = samplesOf(4);
const AFTER_MIN = samplesOf(10);
const AFTER_MAX = samplesOf(16);
/** Of its height, what may be left when a pulse is over. */
const RETURN_SHARE = 0.5;
/** Of its first edge, the least height of the last. */
const EDGE_SHARE = 0.8;
/** Pulses of a dual-chamber pacemaker stand further apart than this. */
const APART = samplesOf(30);

/** A pacing pulse: where it begins, and where the signal is back. */
export interface Spike {
  readonly at: number;
  readonly over: number;
}

/** In order. */
export function detectSpikes(trace: Trace): Spike[] {
  const steps = spatialSteps(trace);
  const spikes: Spike[] = [];
  for (let i = GUARD + REACH; i < steps.length - GUARD - REACH; i += 1) {
    const step = steps[i] as number;
    if (step < STEP_MICROVOLTS_MIN) continue;
    if (step < (steps[i - 1] as number) || step < (steps[i + 1] as number)) continue;
    const bound = step / STEP_RATIO_MIN;
    if (!mostAreBelow(steps, i - GUARD - REACH / 2, i - GUARD + 1, bound)) continue;
    if (!mostAreBelow(steps, i + GUARD + 1, i + GUARD + REACH, bound)) continue;
    const over = endOf(trace, steps, i);
    if (over === null) continue;
    const last = spikes[spikes.length - 1];
    if (last === undefined || i - last.at > APART) spikes.push({ at: i, over });
  }
  return spikes;
}

/** The same as asking for the median, without sorting at every sample. */
function mostAreBelow(steps: Float64Array, from: number, to: number, bound: number): boolean {
  let count = 0;
  for (let i = from; i < to; i += 1) if ((steps[i] as number) <= bound) count += 1;
  return 2 * count > to - from;
}

/** A pulse comes back to where it began; the jump of a recorder that lost samples does not. */
function endOf(trace: Trace, steps: Float64Array, at: number): number | null {
  let excursion = 0;
  const left = new Float64Array(AFTER_MAX + 1);
  for (const { name, microvolts: x } of trace.leads) {
    if (!(INDEPENDENT_LEADS as readonly string[]).includes(name)) continue;
    const start = x[at - BEFORE / 2] as number;
    let top = 0;
    for (let k = 0; k <= AFTER_MAX; k += 1) {
      const away = Math.abs((x[at + k] as number) - start);
      if (k < AFTER_MIN) top = Math.max(top, away);
      left[k] = (left[k] as number) + away;
    }
    excursion += top;
  }
  const back = left.findIndex((away, k) => k >= AFTER_MIN && away < RETURN_SHARE * excursion);
  if (back < 0) return null;
  if (back === AFTER_MIN) return at + back;
  // A long one ends in an edge as steep as the one it began with; muscle does not.
  const edge = steps.subarray(at + 1, at + back).reduce((top, step) => Math.max(top, step), 0);
  return edge >= EDGE_SHARE * (steps[at] as number) ? at + back : null;
}

function spatialSteps(trace: Trace): Float64Array {
  const steps = new Float64Array(trace.count);
  for (const lead of trace.leads) {
    if (!(INDEPENDENT_LEADS as readonly string[]).includes(lead.name)) continue;
    const x = lead.microvolts;
    for (let i = lead.from; i < lead.to - 1; i += 1) {
      steps[i] = (steps[i] as number) + Math.abs((x[i + 1] as number) - (x[i] as number));
    }
  }
  return steps;
}

/** The trace with each pulse bridged by a straight line, so that no pulse passes for a QRS. */
export function withoutSpikes<Name extends AnyLeadName>(
  trace: Trace<Name>,
  spikes: readonly Spike[],
): Trace<Name> {
  if (spikes.length === 0) return trace;
  const leads = trace.leads.map((lead) => {
    const x = lead.microvolts.slice();
    for (const spike of spikes) {
      const from = Math.max(0, spike.at - BEFORE);
      const to = Math.min(x.length - 1, spike.over);
      const step = ((x[to] as number) - (x[from] as number)) / (to - from);
      for (let i = from + 1; i < to; i += 1) x[i] = (x[i - 1] as number) + step;
    }
    return { ...lead, microvolts: x };
  });
  return { ...trace, leads };
}
