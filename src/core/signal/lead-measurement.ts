import type { Trace } from '../ecg/ecg.js';
import type { AnyLeadName } from '../ecg/lead.js';
import type { Fiducials } from './fiducials.js';
import type { LeadMeasurement, QrsDeflections, StLevels, TDeflections } from './measurement.js';
import type { MedianLead } from './median-beat.js';
import { mean, robustDeviation } from './statistics.js';
import { millisecondsOf, MS_PER_SAMPLE, samplesOf } from './trace.js';
import type { Wave, Waves } from './wave.js';

/** The isoelectric level is the mean over this long, ending just before the QRS. */
const LEVEL_LENGTH = samplesOf(20);
const LEVEL_GAP = samplesOf(4);
/** A level at one instant is the mean of this long around it: 50 Hz noise is halved. */
const INSTANT = samplesOf(8);
/** A lesser swing within the QRS is no wave of its own. */
const DEFLECTION_MICROVOLTS_MIN = 40;
const DEFLECTION_LENGTH_MIN = samplesOf(8);

/** `index`: the lead's place in the fiducials; null takes those of all leads together. */
export function measureLead<Name extends AnyLeadName>(
  recorded: Trace<Name>,
  lead: MedianLead<Name>,
  { p, qrs, t }: Fiducials,
  index: number | null,
): LeadMeasurement<Name> {
  const of = ({ all, leads }: Waves) => (index === null ? all : (leads[index] ?? all));
  const microvolts = fromIsoelectric(lead.microvolts, qrs.all.onset);
  const blank = lead.beatCount === 0;
  const y = blank ? new Float64Array(microvolts.length) : microvolts;
  return {
    name: lead.name,
    origin: recorded.origin,
    beatCount: lead.beatCount,
    microvolts: y,
    noiseMicrovolts: noiseOf(y, qrs.all.onset),
    pMicrovolts: p ? signedPeak(y, of(p)) : 0,
    qrs: deflections(y, of(qrs)),
    st: stLevels(y, qrs.all),
    t: t ? tDeflections(y, of(t)) : { peak: 0, opposite: 0, area: 0, skew: 0 },
  };
}

function fromIsoelectric(x: Float64Array, onset: number): Float64Array {
  const to = onset - LEVEL_GAP;
  const level = mean(x, to - LEVEL_LENGTH, to);
  return x.map((value) => value - level);
}

/** The differences of neighbours know nothing of waves, which are slow. */
function noiseOf(y: Float64Array, onset: number): number {
  const calm = y.subarray(onset - LEVEL_GAP - 2 * LEVEL_LENGTH, onset - LEVEL_GAP);
  const steps = calm.subarray(1).map((value, i) => value - (calm[i] as number));
  return robustDeviation(steps) / Math.SQRT2;
}

function levelAt(y: Float64Array, at: number): number {
  const from = Math.max(0, at - INSTANT / 2);
  const to = Math.min(y.length, at + INSTANT / 2 + 1);
  return mean(y, from, to);
}

/** At the J point a window that reached back into the QRS would read the S wave. */
function stLevels(y: Float64Array, { onset, offset }: Wave): StLevels {
  const after = (ms: number) => levelAt(y, offset + samplesOf(ms));
  return {
    j: mean(y, offset, offset + INSTANT / 2 + 1),
    j40: after(40),
    j60: after(60),
    j80: after(80),
    onset: mean(y, onset - INSTANT / 2, onset + 1),
  };
}

interface Swing {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** Q is a fall before any rise, R the first rise, S the fall after it, R' a rise after that. */
function deflections(y: Float64Array, { onset, offset }: Wave): QrsDeflections {
  const swings = withoutSt(swingsOf(y, onset, offset), y, offset);
  const first = swings.findIndex((swing) => swing.height > 0);
  const before = first < 0 ? swings : swings.slice(0, first);
  const after = first < 0 ? [] : swings.slice(first + 1);
  const q = deepest(before);
  const s = deepest(after);
  const rises = after.filter((swing) => swing.height > 0);
  const isQs = first < 0 && q !== null;
  const area = y.subarray(onset, offset + 1).reduce((sum, value) => sum + value, 0);
  return {
    q: -(q?.height ?? 0),
    qMs: q ? millisecondsOf(q.to - q.from) : 0,
    r: swings[first]?.height ?? 0,
    s: isQs ? -q.height : -(s?.height ?? 0),
    rPrime: rises.reduce((most, swing) => Math.max(most, swing.height), 0),
    isQs,
    area: (area * MS_PER_SAMPLE) / 1000,
  };
}

/** A last stretch that only climbs (or falls) to the J point is the ST segment, not an R or S wave. */
function withoutSt(swings: readonly Swing[], y: Float64Array, offset: number): readonly Swing[] {
  const last = swings[swings.length - 1];
  if (last?.to !== offset + 1) return swings;
  const beyond = Math.abs(last.height) - Math.abs(y[offset] as number);
  return beyond < DEFLECTION_MICROVOLTS_MIN ? swings.slice(0, -1) : swings;
}

function deepest(swings: readonly Swing[]): Swing | null {
  return swings.reduce<Swing | null>(
    (low, swing) => (swing.height < (low?.height ?? 0) ? swing : low),
    null,
  );
}

/** Stretches on one side of the isoelectric line, large and long enough to be named. */
function swingsOf(y: Float64Array, onset: number, offset: number): Swing[] {
  const swings: Swing[] = [];
  let from = onset;
  for (let i = onset; i <= offset; i += 1) {
    const turns = i === offset || Math.sign(y[i + 1] as number) !== Math.sign(y[i] as number);
    if (!turns) continue;
    let height = 0;
    for (let k = from; k <= i; k += 1) {
      if (Math.abs(y[k] as number) > Math.abs(height)) height = y[k] as number;
    }
    const isNamed =
      Math.abs(height) >= DEFLECTION_MICROVOLTS_MIN && i + 1 - from >= DEFLECTION_LENGTH_MIN;
    if (isNamed) swings.push({ from, to: i + 1, height });
    from = i + 1;
  }
  return swings;
}

/** The greatest departure from the straight line between a wave's feet. */
function signedPeak(y: Float64Array, { onset, offset }: Wave): number {
  const foot = levelAt(y, onset);
  const slope = (levelAt(y, offset) - foot) / Math.max(1, offset - onset);
  let peak = 0;
  for (let i = onset; i <= offset; i += 1) {
    const height = (y[i] ?? 0) - foot - slope * (i - onset);
    if (Math.abs(height) > Math.abs(peak)) peak = height;
  }
  return peak;
}

function tDeflections(y: Float64Array, { onset, offset }: Wave): TDeflections {
  let top = 0;
  let bottom = 0;
  let area = 0;
  let topAt = onset;
  let bottomAt = onset;
  for (let i = onset; i <= Math.min(offset, y.length - 1); i += 1) {
    const value = y[i] as number;
    area += value;
    if (value > top) [top, topAt] = [value, i];
    if (value < bottom) [bottom, bottomAt] = [value, i];
  }
  const isUpright = top >= -bottom;
  const peakAt = isUpright ? topAt : bottomAt;
  return {
    peak: isUpright ? top : bottom,
    opposite: isUpright ? bottom : top,
    area: (area * MS_PER_SAMPLE) / 1000,
    skew: (peakAt - (onset + offset) / 2) / Math.max(1, offset - onset),
  };
}
