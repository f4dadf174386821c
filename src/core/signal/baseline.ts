import type { AlignedBeat } from './beat-class.js';
import type { AnyLeadName } from '../ecg/lead.js';
import { mean } from './statistics.js';
import { samplesOf, type Trace, type TraceLead } from './trace.js';

/** 20 ms, so that 50 Hz mains cancels in a knot. */
const KNOT_WIDTH = samplesOf(20);

interface Knot {
  readonly at: number;
  readonly level: number;
}

/**
 * The trace with its isoelectric line laid to zero. The line is a smooth curve through the level
 * just before each QRS, because that is the level ST is read against; a filter strong enough to
 * take breathing out would bend the ST segment itself.
 */
export function levelled<Name extends AnyLeadName>(
  trace: Trace<Name>,
  beats: readonly AlignedBeat[],
  before: number,
): Trace<Name> {
  const leads = trace.leads.map((lead) => levelledLead(lead, beats, before));
  return { ...trace, leads };
}

/** `before`: samples from a beat's own mark back to the end of its knot. */
function levelledLead<Name extends AnyLeadName>(
  lead: TraceLead<Name>,
  beats: readonly AlignedBeat[],
  before: number,
): TraceLead<Name> {
  const x = lead.microvolts;
  const knots: Knot[] = [];
  for (const { at } of beats) {
    const to = at - before;
    const from = to - KNOT_WIDTH;
    if (from < lead.from || to > lead.to) continue;
    knots.push({ at: (from + to - 1) / 2, level: mean(x, from, to) });
  }
  if (knots.length === 0) {
    const level = mean(x, lead.from, lead.to);
    return { ...lead, microvolts: x.map((value) => value - level) };
  }
  return { ...lead, microvolts: minusCurve(x, knots) };
}

/** Cubic pieces between the knots, each with the slope of its two neighbours; flat outside. */
function minusCurve(x: Float64Array, knots: readonly Knot[]): Float64Array {
  const slopes = knots.map((_, k) => slopeAt(knots, k));
  const result = new Float64Array(x.length);
  let k = 0;
  for (let i = 0; i < x.length; i += 1) {
    while (k + 1 < knots.length && i > (knots[k + 1] as Knot).at) k += 1;
    const a = knots[k] as Knot;
    const b = knots[k + 1];
    let level = a.level;
    if (b && i > a.at) {
      const width = b.at - a.at;
      const t = (i - a.at) / width;
      const u = 1 - t;
      level =
        u * u * ((1 + 2 * t) * a.level + t * width * (slopes[k] as number)) +
        t * t * ((1 + 2 * u) * b.level - u * width * (slopes[k + 1] as number));
    }
    result[i] = (x[i] as number) - level;
  }
  return result;
}

function slopeAt(knots: readonly Knot[], k: number): number {
  const before = knots[k - 1];
  const after = knots[k + 1];
  if (!before || !after) return 0;
  return (after.level - before.level) / (after.at - before.at);
}
