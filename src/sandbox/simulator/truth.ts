import type { LeadName } from '../../core/ecg/lead.js';
import { LEAD_NAMES } from '../../core/ecg/lead.js';
import type { LeadReadout } from '../../core/criteria/readout.js';
import { stemi } from '../../core/criteria/stemi.js';
import { bumpsOf, P_BUMPS, QRS_BUMPS } from './basis.js';
import type { BeatTruth, CaseSpec, Rhythm } from './case.js';
import type { HeartPlan, PlannedBeat } from './plan.js';
import { anatomyOf, createLeads, renderHeart, type Patient } from './render.js';

export type StLevels = Readonly<Record<LeadName, number>>;

export const NO_ST = levelsOf(new Array<number>(8).fill(0));

const RATE_HZ = 1000;
const BEFORE_SECONDS = 0.6;
const SPAN = 4;

/** J point against QRS onset in all twelve leads of one undisturbed beat. */
export function stLevels(beat: PlannedBeat, patient: Patient): StLevels {
  const alone: PlannedBeat = {
    ...beat,
    at: BEFORE_SECONDS,
    pAt: beat.pAt === null ? null : BEFORE_SECONDS - (beat.at - beat.pAt),
    stretch: 1,
  };
  const leads = createLeads(Math.round(1.5 * RATE_HZ));
  renderHeart(
    leads,
    RATE_HZ,
    { rhythm: 'sinus', beats: [alone], lonePWaves: [] },
    atRest(patient),
    null,
  );
  const onset = Math.round(BEFORE_SECONDS * RATE_HZ);
  const j = onset + Math.round(anatomyOf(beat, patient).times.j * RATE_HZ);
  return levelsOf(leads.map((samples) => meanAt(samples, j) - meanAt(samples, onset - SPAN)));
}

function atRest(patient: Patient): Patient {
  const breathing = { ...patient.breathing, frontalRadians: 0, sagittalRadians: 0, gain: 0 };
  return { ...patient, breathing };
}

function meanAt(samples: Float64Array, at: number): number {
  let sum = 0;
  for (let i = at - SPAN; i <= at + SPAN; i += 1) sum += samples[i] as number;
  return sum / (2 * SPAN + 1);
}

/** From I, II, V1 to V6 to the twelve, whole microvolts. */
function levelsOf(eight: readonly number[]): StLevels {
  const [one = 0, two = 0, ...chest] = eight;
  const twelve = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2, ...chest];
  return Object.fromEntries(
    LEAD_NAMES.map((name, k) => [name, Math.round(twelve[k] ?? 0) + 0]),
  ) as Record<LeadName, number>;
}

/** The millimetre rule on what is true, with the very code that is used on what is measured. */
export function meetsStemi(
  levels: StLevels,
  spec: CaseSpec,
  population: string,
  rhythm: Rhythm,
): boolean {
  const leads = new Map(LEAD_NAMES.map((name) => [name, flatReadout(name, levels[name] / 100)]));
  return (
    stemi({
      patient: { ageYears: spec.ageYears, sex: spec.sex },
      leads,
      extraLeads: new Map(),
      extraRecorded: [],
      block: population === 'lbbb' ? 'left' : null,
      ventricularPacing: rhythm === 'paced',
      highVoltage: false,
      qtcMs: null,
      qrsMs: 90,
    }).verdict === 'positive'
  );
}

function flatReadout(name: LeadName, st: number): LeadReadout {
  const nothing = { r: 0, s: 0, depth: 0, qrsHeight: 0, qrsIsPositive: true };
  return {
    name,
    st,
    stAgainstPr: { j: st, j60: st, j80: st },
    ...nothing,
    t: { peak: 0, opposite: 0, skew: 0 },
  };
}

/** Where the waves of every beat lie, in samples of the finished recording. */
export function marksOf(
  plan: HeartPlan,
  patient: Patient,
  rateHz: number,
  seconds: number,
): BeatTruth[] {
  return plan.beats
    .filter(({ at }) => at > -0.3 && at < seconds)
    .map((beat) => {
      const { times, heart } = anatomyOf(beat, patient);
      const stretched = { ...times, tOffset: times.j + beat.stretch * (times.tOffset - times.j) };
      const bumps = bumpsOf(stretched);
      const sample = (at: number) => Math.round((beat.at + at) * rateHz);
      const peak = (from: number, to: number) => sample(peakOf(heart, bumps, from, to));
      const pShift = beat.pAt === null ? 0 : beat.pAt - beat.at - times.pOnset;
      return {
        kind: beat.kind,
        p:
          beat.pAt === null
            ? null
            : {
                onset: sample(pShift + times.pOnset),
                peak: sample(pShift + (times.pOnset + times.pOffset) / 2),
                offset: sample(pShift + times.pOffset),
              },
        qrs: {
          onset: sample(0),
          peak: peak(P_BUMPS, P_BUMPS + QRS_BUMPS),
          offset: sample(times.j),
        },
        t: {
          onset: sample(times.j + 0.3 * (stretched.tOffset - times.j)),
          peak: peak(P_BUMPS + QRS_BUMPS, bumps.length),
          offset: sample(stretched.tOffset),
        },
      };
    });
}

/** Where the dipole of a wave is greatest. */
function peakOf(
  heart: Float64Array,
  bumps: readonly { readonly at: number }[],
  from: number,
  to: number,
): number {
  let [best, top] = [bumps[from]?.at ?? 0, -1];
  for (let b = from; b < to; b += 1) {
    const [x = 0, y = 0, z = 0] = heart.subarray(8 * b, 8 * b + 3);
    const size = x * x + y * y + z * z;
    if (size > top) [best, top] = [bumps[b]?.at ?? 0, size];
  }
  return best;
}
