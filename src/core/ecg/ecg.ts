import { ok, refuse, type Result } from '../failure.js';
import {
  EXTRA_LEAD_NAMES,
  LEAD_NAMES,
  type AnyLeadName,
  type DerivableLead,
  type ExtraLeadName,
  type LeadName,
} from './lead.js';

/**
 * An Ecg holds whole microvolts in Int16. One microvolt is finer than the step of every hospital
 * recorder (1 to 5 uV), +-32.7 mV is wider than any heart, and integers make "the same ECG" an
 * exact question: two formats that carry the same recording give the same numbers.
 */
export interface Ecg {
  /** In the order of LEAD_NAMES, always twelve. */
  readonly leads: readonly Lead[];
  /** Right-sided and posterior leads where the cart recorded them; most ECGs have none. */
  readonly extraLeads: readonly ExtraLead[];
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly patient: EcgPatient;
  readonly device: EcgDevice | null;
  readonly filters: AcquisitionFilters | null;
}

export interface Trace<Name extends AnyLeadName> {
  readonly name: Name;
  /** Whole microvolts; MISSING outside [from, to) and wherever the recorder had no value. */
  readonly samples: Samples;
  readonly origin: 'recorded' | 'derived';
  /** First sample known, and one past the last: a 3x4 page knows each lead for 2.5 s only. */
  readonly from: number;
  readonly to: number;
}

export type Lead = Trace<LeadName>;
export type ExtraLead = Trace<ExtraLeadName>;

/** A typed array that its holder cannot write to (typed arrays cannot be frozen). */
export interface Samples extends Iterable<number> {
  readonly length: number;
  readonly [index: number]: number;
  slice(start?: number, end?: number): Int16Array;
}

/** Age at acquisition. Sex as recorded for clinical use, where it is one of the two known. */
export interface EcgPatient {
  readonly ageYears: number | null;
  readonly sex: 'male' | 'female' | null;
}

export interface EcgDevice {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
}

export interface AcquisitionFilters {
  readonly highPassHz: number | null;
  readonly lowPassHz: number | null;
  readonly notchHz: number | null;
}

/** The value of a sample nobody measured. */
export const MISSING = -32768;

export const ECG_LIMITS = Object.freeze({
  sampleRateHzMin: 50,
  sampleRateHzMax: 4000,
  durationSecondsMin: 1,
  durationSecondsMax: 600,
  amplitudeMicrovoltsMax: 32767,
  ageYearsMax: 130,
});

/** A lead as a decoder has it: microvolts in any numeric array, NaN or MISSING where unknown. */
export interface LeadInput<Name extends AnyLeadName = LeadName> {
  readonly name: Name;
  readonly microvolts: ArrayLike<number>;
}

export interface EcgInput {
  readonly leads: readonly LeadInput[];
  readonly extraLeads?: readonly LeadInput<ExtraLeadName>[];
  readonly sampleRateHz: number;
  readonly patient?: Partial<EcgPatient>;
  readonly device?: Partial<EcgDevice> | null;
  readonly filters?: Partial<AcquisitionFilters> | null;
  /** A 3x4 page: NaN stands for "not on the paper". Without it NaN is a fault of the file. */
  readonly partial?: boolean;
}

/** The only way to an Ecg: checks every bound, derives III, aVR, aVL and aVF where absent. */
export function createEcg(input: EcgInput): Result<Ecg> {
  const { sampleRateHz } = input;
  const { sampleRateHzMin, sampleRateHzMax } = ECG_LIMITS;
  if (!(sampleRateHz >= sampleRateHzMin && sampleRateHz <= sampleRateHzMax)) {
    return refuse(
      'sample-rate-invalid',
      `${sampleRateHz} Hz is outside ${sampleRateHzMin} to ${sampleRateHzMax} Hz`,
    );
  }
  const sampleCount = input.leads[0]?.microvolts.length ?? 0;
  const seconds = sampleCount / sampleRateHz;
  const { durationSecondsMin, durationSecondsMax } = ECG_LIMITS;
  if (!(seconds >= durationSecondsMin && seconds <= durationSecondsMax)) {
    return refuse(
      'duration-invalid',
      `${seconds.toFixed(1)} s is outside ${durationSecondsMin} to ${durationSecondsMax} s`,
    );
  }
  const age = input.patient?.ageYears ?? null;
  if (age !== null && !(age >= 0 && age <= ECG_LIMITS.ageYearsMax)) {
    return refuse('age-invalid', `age is outside 0 to ${ECG_LIMITS.ageYearsMax} years`);
  }
  const partial = input.partial ?? false;
  const recorded = recordedLeads(input.leads, sampleCount, partial);
  if (!recorded.ok) return recorded;
  const leads = completeLeads(recorded.value);
  if (!leads.ok) return leads;
  const extra = recordedLeads(input.extraLeads ?? [], sampleCount, partial);
  if (!extra.ok) return extra;
  return ok(
    Object.freeze({
      leads: leads.value,
      extraLeads: Object.freeze(EXTRA_LEAD_NAMES.flatMap((name) => extra.value.get(name) ?? [])),
      sampleRateHz,
      sampleCount,
      patient: Object.freeze({ ageYears: age, sex: input.patient?.sex ?? null }),
      device: input.device
        ? Object.freeze({
            manufacturer: input.device.manufacturer ?? null,
            model: input.device.model ?? null,
            serialNumber: input.device.serialNumber ?? null,
          })
        : null,
      filters: input.filters
        ? Object.freeze({
            highPassHz: input.filters.highPassHz ?? null,
            lowPassHz: input.filters.lowPassHz ?? null,
            notchHz: input.filters.notchHz ?? null,
          })
        : null,
    }),
  );
}

function recordedLeads<Name extends AnyLeadName>(
  inputs: readonly LeadInput<Name>[],
  sampleCount: number,
  partial: boolean,
): Result<Map<Name, Trace<Name>>> {
  const recorded = new Map<Name, Trace<Name>>();
  for (const lead of inputs) {
    if (recorded.has(lead.name)) return refuse('lead-doubled', `lead ${lead.name} stands twice`);
    const made = recordedLead(lead, sampleCount, partial);
    if (!made.ok) return made;
    recorded.set(lead.name, made.value);
  }
  return ok(recorded);
}

function recordedLead<Name extends AnyLeadName>(
  input: LeadInput<Name>,
  sampleCount: number,
  partial: boolean,
): Result<Trace<Name>> {
  const { name, microvolts } = input;
  if (microvolts.length !== sampleCount) {
    return refuse(
      'sample-count-differs',
      `lead ${name} has ${microvolts.length} samples, the first lead ${sampleCount}`,
    );
  }
  const samples = new Int16Array(sampleCount);
  // One kind of array, whatever the decoder had, keeps the loop below one machine loop.
  const values = microvolts instanceof Float64Array ? microvolts : new Float64Array(microvolts);
  const limit = ECG_LIMITS.amplitudeMicrovoltsMax;
  for (let i = 0; i < sampleCount; i += 1) {
    const value = values[i] as number;
    // Written so that NaN fails it too.
    if (value >= -limit && value <= limit) {
      const whole = value | 0;
      samples[i] = whole === value ? whole : roundHalfAway(value);
    } else if (value === MISSING || (partial && Number.isNaN(value))) {
      samples[i] = MISSING;
    } else {
      return Number.isNaN(value)
        ? refuse('sample-not-a-number', `lead ${name}, sample ${i} is not a number`)
        : refuse('sample-out-of-range', `lead ${name}, sample ${i} is beyond ${limit} microvolts`);
    }
  }
  let from = 0;
  while (from < sampleCount && samples[from] === MISSING) from += 1;
  if (from === sampleCount) return refuse('lead-missing', `lead ${name} holds no value at all`);
  let to = sampleCount;
  while (samples[to - 1] === MISSING) to -= 1;
  return ok(Object.freeze({ name, samples, origin: 'recorded' as const, from, to }));
}

/** Math.round takes -0.5 to -0 but 0.5 to 1: a lead and its inversion must round alike. */
function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

function completeLeads(recorded: ReadonlyMap<LeadName, Lead>): Result<readonly Lead[]> {
  const leads: Lead[] = [];
  for (const name of LEAD_NAMES) {
    const lead = recorded.get(name) ?? derivedLead(name, recorded);
    if (!lead) return refuse('lead-missing', `lead ${name} is missing`);
    leads.push(lead);
  }
  return ok(Object.freeze(leads));
}

/** Einthoven and Goldberger: III = II - I, aVR = -(I + II)/2, aVL = I - II/2, aVF = II - I/2. */
const FROM_I_AND_II: Readonly<Record<DerivableLead, readonly [number, number]>> = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
};

function derivedLead(name: LeadName, recorded: ReadonlyMap<LeadName, Lead>): Lead | null {
  const one = recorded.get('I');
  const two = recorded.get('II');
  if (!one || !two || !(name in FROM_I_AND_II)) return null;
  const [a, b] = FROM_I_AND_II[name as DerivableLead];
  const limit = ECG_LIMITS.amplitudeMicrovoltsMax;
  const samples = new Int16Array(one.samples.length).fill(MISSING);
  const from = Math.max(one.from, two.from);
  const to = Math.min(one.to, two.to);
  if (from >= to) return null;
  for (let i = from; i < to; i += 1) {
    const x = one.samples[i] as number;
    const y = two.samples[i] as number;
    if (x === MISSING || y === MISSING) continue;
    samples[i] = Math.max(-limit, Math.min(limit, roundHalfAway(a * x + b * y)));
  }
  return Object.freeze({ name, samples, origin: 'derived' as const, from, to });
}

/** The same recording, with the patient's age and sex as they are now known. */
export function withPatient(ecg: Ecg, patient: EcgPatient): Ecg {
  return Object.freeze({ ...ecg, patient: Object.freeze({ ...patient }) });
}

export function leadOf(ecg: Ecg, name: LeadName): Lead {
  const lead = ecg.leads[LEAD_NAMES.indexOf(name)];
  if (!lead) throw new RangeError(`an Ecg without lead ${name} cannot exist`);
  return lead;
}

export function durationSeconds(ecg: Ecg): number {
  return ecg.sampleCount / ecg.sampleRateHz;
}
