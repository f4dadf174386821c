import { durationSeconds, type Ecg } from '../ecg/ecg.js';
import { analyse, type Analysis, type BeatKind } from './analysis.js';
import { axesOf } from './axes.js';
import type { Fiducials } from './fiducials.js';
import { isOneSignal } from './one-signal.js';
import { measureLead } from './lead-measurement.js';
import { CENTRE, LENGTH } from './median-beat.js';
import type {
  Intervals,
  Measured,
  MeasuredBeat,
  Measurement,
  NoMeasurementReason,
  Rhythm,
  Withheld,
} from './measurement.js';
import { isPaced, pacingOf, rhythmOf } from './rhythm.js';
import { median } from './statistics.js';
import { millisecondsOf, samplesOf, WORKING_RATE_HZ } from './trace.js';

export const MEASURABLE_SECONDS_MIN = 1.5;
/** Of all beats, the least share that must be of one kind. */
const ORDINARY_SHARE_MIN = 0.34;
/** Between beats the heart rests: in fibrillation of the ventricles it never does. */
const UNREST_MAX = 0.4;

/** All numbers of an ECG, or why there are none. Never throws for any Ecg there can be. */
export function measure(ecg: Ecg): Measurement {
  return measureAnalysis(ecg, analyse(ecg));
}

/** For callers that need the analysis too and should not pay for it twice. */
export function measureAnalysis(ecg: Ecg, analysis: Analysis): Measurement {
  const kind = analysis.kinds[0];
  const refusal = reasonNotToMeasure(ecg, analysis);
  if (refusal || !kind) {
    const [reason, detail] = refusal ?? ['no-beats', 'no beat was found'];
    return {
      kind: 'not-measured',
      reason,
      detail,
      beats: beatsOf(analysis),
      pacing: pacingOf(analysis),
    };
  }
  const { fiducials } = kind;
  const leads = ecg.leads.map((lead, k) => {
    const own = kind.median.leads[k];
    if (!own) throw new RangeError('a median beat has twelve leads');
    return measureLead(lead, own, fiducials, k);
  });
  const extraLeads = ecg.extraLeads.flatMap((lead, k) => {
    const own = analysis.extra?.leads[k];
    return own ? [measureLead(lead, own, fiducials, null)] : [];
  });
  return describe(analysis, kind, { leads, extraLeads });
}

function describe(
  analysis: Analysis,
  kind: BeatKind,
  { leads, extraLeads }: Pick<Measured, 'leads' | 'extraLeads'>,
): Measured {
  const rhythm = rhythmOf(analysis);
  const { p, qrs, t } = kind.fiducials;
  const axes = axesOf(leads, p !== null, t !== null);
  const measured = {
    kind: 'measured' as const,
    beats: beatsOf(analysis),
    pacing: pacingOf(analysis),
    rhythm,
    intervals: intervalsOf(kind.fiducials, rhythm),
    axes,
    medianBeat: {
      sampleRateHz: WORKING_RATE_HZ,
      beatCount: kind.median.beatCount,
      p: p?.all ?? null,
      qrs: qrs.all,
      t: t?.all ?? null,
    },
    leads,
    extraLeads,
  };
  return { ...measured, withheld: withheldFrom(measured) };
}

function reasonNotToMeasure(
  ecg: Ecg,
  { positions, kinds, activity }: Analysis,
): readonly [NoMeasurementReason, string] | null {
  const seconds = durationSeconds(ecg);
  if (seconds < MEASURABLE_SECONDS_MIN) {
    return ['recording-too-short', `${seconds.toFixed(1)} s is less than one sure beat needs`];
  }
  if (positions.length === 0) return ['no-beats', 'no QRS stands out of the recording'];
  if (isOneSignal(ecg))
    return ['one-signal', 'all leads show the same signal, as in a calibration'];
  const heights = positions.map((at) => activity.level[at] ?? 0);
  const unrest = median(activity.level) / Math.max(median(heights), Number.MIN_VALUE);
  if (unrest > UNREST_MAX) {
    const share = `${Math.round(100 * unrest)} %`;
    return ['no-rest-between-beats', `between beats the signal keeps ${share} of its steepness`];
  }
  const ordinary = kinds[0]?.beats.length ?? 0;
  if (ordinary < ORDINARY_SHARE_MIN * positions.length) {
    return ['no-ordinary-beat', `of ${positions.length} beats at most ${ordinary} look alike`];
  }
  if (kinds[0]?.median.leads.every((lead) => lead.beatCount === 0)) {
    return ['no-whole-beat', 'no beat lies wholly inside the recording'];
  }
  return null;
}

function beatsOf({ positions, kinds, spikes }: Analysis): readonly MeasuredBeat[] {
  return kinds
    .flatMap(({ beats, fiducials }, k) =>
      beats.map((beat): MeasuredBeat => ({
        atMs: millisecondsOf(positions[beat.index] ?? beat.at),
        kind: k === 0 ? 'ordinary' : 'other',
        paced: isPaced(spikes, beat.at - CENTRE + fiducials.qrs.all.onset),
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}

function intervalsOf({ p, qrs, t }: Fiducials, rhythm: Rhythm): Intervals {
  const between = (from: number, to: number) => millisecondsOf(to - from);
  const qt = t ? between(qrs.all.onset, t.all.offset) : null;
  const rr = rhythm.rrMsMedian;
  const corrected = (formula: (qt: number, rr: number) => number) =>
    qt === null || rr === null ? null : formula(qt, rr / 1000);
  return {
    pMs: p ? between(p.all.onset, p.all.offset) : null,
    prMs: p ? between(p.all.onset, qrs.all.onset) : null,
    qrsMs: between(qrs.all.onset, qrs.all.offset),
    qtMs: qt,
    qtcBazettMs: corrected((q, s) => q / Math.sqrt(s)),
    qtcFridericiaMs: corrected((q, s) => q / Math.cbrt(s)),
    qtcFraminghamMs: corrected((q, s) => q + 154 * (1 - s)),
    qtcHodgesMs: corrected((q, s) => q + 1.75 * (60 / s - 60)),
  };
}

function withheldFrom(measured: Omit<Measured, 'withheld'>): readonly Withheld[] {
  const { rhythm, axes, medianBeat, leads, extraLeads } = measured;
  const withheld: Withheld[] = [];
  const say = (what: Withheld['what'], because: string, lead: Withheld['lead'] = null) => {
    withheld.push({ what, lead, because });
  };
  if (rhythm.rateBpm === null) say('rate', 'a rate needs two beats');
  if (!medianBeat.p) say('pr', 'no P wave stands at the same place before each QRS');
  if (!medianBeat.t) say('qt', 'no room for a T wave between two beats');
  if (axes.qrs === null) say('axis', 'the QRS in the limb leads is too small to have a direction');
  for (const lead of [...leads, ...extraLeads]) {
    if (lead.beatCount === 0) say('lead', 'no whole beat was recorded in it', lead.name);
  }
  for (const [what, ms] of [
    ['j60', 60],
    ['j80', 80],
  ] as const) {
    const at = medianBeat.qrs.offset + samplesOf(ms);
    if (at >= LENGTH) say(what, 'beyond the end of the median beat');
  }
  return withheld;
}
