import { createEcg, type Ecg, type EcgPatient } from '../../src/core/ecg/ecg.js';
import { LEAD_NAMES, type ExtraLeadName, type LeadName } from '../../src/core/ecg/lead.js';

/** An ECG whose every level is known because it was written down first. */
export interface SyntheticSpec {
  readonly sampleRateHz?: number;
  readonly seconds?: number;
  readonly rateBpm?: number;
  /** ST level from the J point on, and how much it changes in the 80 ms after it. */
  readonly stMicrovolts?: Partial<Record<LeadName, number>>;
  readonly stRiseMicrovolts?: Partial<Record<LeadName, number>>;
  /** ST level in leads beyond the twelve: these are recorded, and no others. */
  readonly extraStMicrovolts?: Partial<Record<ExtraLeadName, number>>;
  readonly tMicrovolts?: Partial<Record<LeadName, number>>;
  readonly rMicrovolts?: Partial<Record<LeadName, number>>;
  readonly sMicrovolts?: Partial<Record<LeadName, number>>;
  readonly qrsMs?: number;
  readonly pMicrovolts?: number;
  readonly signalToNoiseDb?: number;
  readonly wanderMicrovolts?: number;
  readonly mainsMicrovolts?: number;
  readonly patient?: Partial<EcgPatient>;
  /** Start of each QRS in seconds; without it they come evenly. */
  readonly onsets?: readonly number[];
  /** A ventricular extrasystole in place of these beats. */
  readonly ectopic?: ReadonlySet<number>;
  readonly seed?: number;
}

export const SYNTHETIC_QRS_MS = 90;
export const SYNTHETIC_PR_MS = 160;
const R: Readonly<Record<LeadName, number>> = {
  I: 700,
  II: 1000,
  III: 300,
  aVR: -850,
  aVL: 200,
  aVF: 650,
  V1: 250,
  V2: 450,
  V3: 800,
  V4: 1300,
  V5: 1400,
  V6: 1100,
};
const S: Readonly<Record<LeadName, number>> = {
  I: 100,
  II: 120,
  III: 60,
  aVR: 0,
  aVL: 80,
  aVF: 80,
  V1: 900,
  V2: 1300,
  V3: 900,
  V4: 450,
  V5: 200,
  V6: 100,
};
const T: Readonly<Record<LeadName, number>> = {
  I: 200,
  II: 300,
  III: 100,
  aVR: -250,
  aVL: 60,
  aVF: 200,
  V1: 60,
  V2: 400,
  V3: 450,
  V4: 400,
  V5: 350,
  V6: 250,
};
const P: Readonly<Record<LeadName, number>> = {
  I: 0.6,
  II: 1,
  III: 0.5,
  aVR: -0.8,
  aVL: 0.2,
  aVF: 0.7,
  V1: 0.4,
  V2: 0.4,
  V3: 0.4,
  V4: 0.4,
  V5: 0.4,
  V6: 0.4,
};

export function syntheticEcg(spec: SyntheticSpec = {}): Ecg {
  const { sampleRateHz = 500, seconds = 10 } = spec;
  const count = Math.round(sampleRateHz * seconds);
  const onsets = spec.onsets ?? evenOnsets(seconds, spec.rateBpm ?? 70);
  const random = gaussian(spec.seed ?? 1);
  const recorded = (name: LeadName, k: number, spec: SyntheticSpec) => {
    const clean = new Float64Array(count);
    onsets.forEach((onset, b) => {
      const first = Math.max(0, Math.ceil((onset - 0.3) * sampleRateHz));
      const last = Math.min(count, (onset + 0.7) * sampleRateHz);
      for (let i = first; i < last; i += 1) {
        const ms = 1000 * (i / sampleRateHz - onset);
        const value = spec.ectopic?.has(b) ? ectopicAt(ms, name) : beatAt(ms, name, spec);
        clean[i] = (clean[i] ?? 0) + value;
      }
    });
    const noise = noiseLevel(clean, spec.signalToNoiseDb);
    return clean.map((value, i) => {
      const at = i / sampleRateHz;
      const wander = (spec.wanderMicrovolts ?? 0) * Math.sin(2 * Math.PI * 0.25 * at + k);
      const mains = (spec.mainsMicrovolts ?? 0) * Math.sin(2 * Math.PI * 50 * at + k);
      return value + noise * random() + wander + mains;
    });
  };
  const extra = Object.entries(spec.extraStMicrovolts ?? {}) as [ExtraLeadName, number][];
  const ecg = createEcg({
    leads: LEAD_NAMES.map((name, k) => ({ name, microvolts: recorded(name, k, spec) })),
    extraLeads: extra.map(([name, level], k) => {
      const like = name.endsWith('R') ? 'V1' : 'V6';
      const own = { ...spec, stMicrovolts: { [like]: level }, rMicrovolts: { V6: 500 } };
      return { name, microvolts: recorded(like, LEAD_NAMES.length + k, own) };
    }),
    sampleRateHz,
    ...(spec.patient ? { patient: spec.patient } : {}),
  });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

function evenOnsets(seconds: number, rateBpm: number): number[] {
  const step = 60 / rateBpm;
  return Array.from({ length: Math.floor((seconds - 0.4) / step) + 1 }, (_, i) => 0.35 + i * step);
}

/** From 0 at `from` over 1 in the middle to 0 at `to`, without a corner. */
function hump(ms: number, from: number, to: number): number {
  if (ms <= from || ms >= to) return 0;
  return (1 - Math.cos((2 * Math.PI * (ms - from)) / (to - from))) / 2;
}

/** From 0 before `from` to 1 after `to`. */
function step(ms: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (ms - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** `ms` from the QRS onset; the J point is at the end of the QRS, where ST stands at its level. */
function beatAt(ms: number, name: LeadName, spec: SyntheticSpec): number {
  const width = spec.qrsMs ?? SYNTHETIC_QRS_MS;
  const r = spec.rMicrovolts?.[name] ?? R[name];
  const s = spec.sMicrovolts?.[name] ?? S[name];
  const st = spec.stMicrovolts?.[name] ?? 0;
  const rise = (spec.stRiseMicrovolts?.[name] ?? 0) * Math.min(1, Math.max(0, (ms - width) / 80));
  const t = spec.tMicrovolts?.[name] ?? T[name];
  const segment =
    (st + rise) * step(ms, 0.5 * width, width) * (1 - step(ms, width + 150, width + 270));
  return (
    (spec.pMicrovolts ?? 120) * P[name] * hump(ms, -SYNTHETIC_PR_MS, -SYNTHETIC_PR_MS + 100) +
    r * hump(ms, 0, 0.65 * width) -
    s * hump(ms, 0.45 * width, width) +
    segment +
    t * hump(ms, width + 90, width + 270)
  );
}

function ectopicAt(ms: number, name: LeadName): number {
  const direction = name === 'aVR' || name === 'V1' ? -1 : 1;
  return direction * (1500 * hump(ms, -20, 150) - 600 * hump(ms, 150, 400));
}

function noiseLevel(clean: Float64Array, signalToNoiseDb: number | undefined): number {
  if (signalToNoiseDb === undefined) return 0;
  const power = clean.reduce((sum, value) => sum + value * value, 0) / clean.length;
  return Math.sqrt(power / 10 ** (signalToNoiseDb / 10));
}

/** The same numbers every time for the same seed. */
export function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
