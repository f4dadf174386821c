import { createEcg, type Ecg } from '../../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { OCCLUSIONS, type CaseSpec, type RecorderName, type SimulatedCase } from './case.js';
import { createDice, type Dice } from './dice.js';
import { addFault, NOISE_FACTOR } from './faults.js';
import { drawMinutes } from './injury.js';
import { addDisturbance, drawDisturbance } from './noise.js';
import { makePatient, type MadePatient } from './patient.js';
import type { HeartPlan } from './plan.js';
import { RECIPES, rhythmOf } from './recipes.js';
import { record, RECORDER_TABLE, resampled, type Recorder } from './recorder.js';
import { createLeads, renderHeart, type Leads } from './render.js';
import { flutterSeconds, planRhythm } from './rhythms.js';
import { marksOf, meetsStemi, NO_ST, stLevels } from './truth.js';
import { addChaos, addFibrillation, addFlutter, addPulses } from './waves.js';

/** A number for each purpose: a new purpose takes a new number, or every case would change. */
const PURPOSES = {
  case: 0,
  heart: 1,
  breath: 2,
  rhythm: 3,
  body: 4,
  noise: 5,
  other: 6,
  shape: 7,
  waves: 8,
};

/** A patient's ECG and the truth about it; the same specification gives the same samples. */
export function simulateCase(spec: CaseSpec): SimulatedCase {
  const dice = (purpose: keyof typeof PURPOSES) =>
    createDice(spec.seed, PURPOSES[purpose], spec.draw);
  const seconds = spec.seconds ?? 10;
  const rateHz = spec.sampleRateHz ?? 500;
  const given = dice('case');
  const [severityDrawn, minutesDrawn] = [given.share(), drawMinutes(given)];
  const severity = Math.max(0, Math.min(1, spec.severity ?? severityDrawn));
  const minutes = Math.max(0, spec.minutesSinceOnset ?? minutesDrawn);
  const recorder = RECORDER_TABLE[spec.recorder ?? drawRecorder(given)];
  const mainsHz = given.chance(0.6) ? 50 : 60;
  const rhythm = rhythmOf(spec.condition, severity);
  const patient = makePatient(spec, rhythm, severity, minutes, {
    heart: dice('heart'),
    shape: dice('shape'),
    body: dice('body'),
    breath: dice('breath'),
    other: dice('other'),
  });
  const { ordinary, breathing } = patient;
  const plan = planRhythm(rhythm, { ordinary, breathing, seconds, dice: dice('rhythm') });
  const nativeHz = recorder.nativeRateHz ?? rateHz;
  const leads = createLeads(Math.round(nativeHz * seconds));
  renderHeart(leads, nativeHz, plan, patient, dice('rhythm').chanceful);
  addWaves(leads, nativeHz, plan, patient, dice('waves'), severity);
  disturb(leads, nativeHz, spec, patient, recorder, mainsHz, dice('noise'));
  const count = Math.round(rateHz * seconds);
  const stored = leads.map((samples) => resampled(samples, nativeHz, rateHz, count));
  return {
    ecg: ecgOf(stored, rateHz, spec, recorder, mainsHz),
    truth: truthOf(spec, plan, patient, { severity, minutes, rateHz, seconds }),
  };
}

function drawRecorder(dice: Dice): RecorderName {
  if (dice.chance(0.3)) return 'archived';
  return dice.pick(['diagnostic', 'diagnostic', 'notched', 'ward', 'monitor'] as const);
}

function addWaves(
  leads: Leads,
  rateHz: number,
  plan: HeartPlan,
  { body, ordinary }: MadePatient,
  dice: Dice,
  severity: number,
): void {
  if (plan.rhythm === 'atrial-fibrillation') addFibrillation(leads, rateHz, body, dice);
  if (plan.rhythm === 'atrial-flutter') {
    addFlutter(leads, rateHz, body, dice, flutterSeconds(ordinary));
  }
  if (plan.rhythm === 'ventricular-fibrillation') addChaos(leads, rateHz, body, dice, severity);
  const pulses = plan.beats.flatMap(({ pulseAt }) => pulseAt ?? []);
  if (pulses.length > 0) addPulses(leads, rateHz, body, dice, pulses);
}

function disturb(
  leads: Leads,
  rateHz: number,
  { leadFault }: CaseSpec,
  { breathing }: MadePatient,
  recorder: Recorder,
  mainsHz: number,
  dice: Dice,
): void {
  const disturbance = drawDisturbance(dice, mainsHz, leadFault === 'noise' ? NOISE_FACTOR : 1);
  addDisturbance(leads, rateHz, disturbance, breathing, dice.chanceful);
  if (leadFault) addFault(leads, leadFault, dice, dice.chanceful);
  record(leads, rateHz, recorder, mainsHz, dice.chanceful);
}

function ecgOf(
  leads: Leads,
  rateHz: number,
  { ageYears, sex }: CaseSpec,
  { manufacturer, model, highPassHz, lowPassHz, hasNotch }: Recorder,
  mainsHz: number,
): Ecg {
  const made = createEcg({
    sampleRateHz: rateHz,
    patient: { ageYears, sex },
    device: { manufacturer, model },
    filters: { highPassHz, lowPassHz, notchHz: hasNotch ? mainsHz : null },
    leads: INDEPENDENT_LEADS.map((name, k) => ({ name, microvolts: leads[k] ?? [] })),
  });
  if (!made.ok) throw new RangeError(made.failure.detail);
  return made.value;
}

interface Circumstance {
  readonly severity: number;
  readonly minutes: number;
  readonly rateHz: number;
  readonly seconds: number;
}

function truthOf(
  spec: CaseSpec,
  plan: HeartPlan,
  patient: MadePatient,
  { severity, minutes, rateHz, seconds }: Circumstance,
): SimulatedCase['truth'] {
  const beat = plan.beats[Math.floor(plan.beats.length / 2)];
  const ordinary = plan.beats.find(({ kind }) => kind === 'ordinary') ?? beat;
  const levels = ordinary ? stLevels(ordinary, patient) : NO_ST;
  const occluded = [...OCCLUSIONS, 'lbbb-concordant'].some((name) => name === spec.condition);
  const { population } = RECIPES[spec.condition];
  return {
    condition: spec.condition,
    culprit: patient.culprit,
    occluded,
    stemiCriteria: meetsStemi(levels, spec, population, plan.rhythm),
    stMicrovolts: levels,
    rhythm: plan.rhythm,
    beats: marksOf(plan, patient, rateHz, seconds),
    ageYears: spec.ageYears,
    sex: spec.sex,
    severity,
    minutesSinceOnset: patient.culprit === null ? null : minutes,
    leadFault: spec.leadFault ?? null,
  };
}
