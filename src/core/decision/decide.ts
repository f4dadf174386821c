import { durationSeconds, MISSING, type Ecg } from '../ecg/ecg.js';
import type { Acquisition } from '../ecg/time.js';
import type {
  Abstention,
  AbstentionReason,
  AlertDecision,
  AlertHold,
  Assessment,
  Finding,
  Likelihood,
} from './assessment.js';
import type { DecisionPoint, FindingSpec, ModelCard, WaveformInput } from './card.js';
import type { Examination } from './examination.js';
import type { ModelPolicy, Policy } from './policy.js';
import type { ModelAnswer, ModelOutcome } from './scorer.js';
import { isApproved, isInForce, isShown } from './standing.js';

/** All that is known when an ECG is decided upon. The clock comes in as a value. */
export interface DecisionFacts {
  readonly ecg: Ecg;
  readonly acquisition: Acquisition;
  readonly production: boolean;
  readonly hasPatient: boolean;
  /** False for a replay, a re-score or a new model: none of these ever pages anybody again. */
  readonly firstAssessment: boolean;
  readonly cards: readonly ModelCard[];
  readonly modelSet: string;
  readonly examination: Examination;
  readonly outcomes: readonly ModelOutcome[];
  readonly policy: Policy;
  readonly nowMs: number;
}

const MINUTE_MS = 60_000;

export function decide(facts: DecisionFacts): Assessment {
  const findings: Finding[] = [];
  const abstentions: Abstention[] = [];
  for (const outcome of facts.outcomes) {
    const card = facts.cards.find(({ id }) => id === outcome.modelId);
    if (!card) continue;
    const policy = facts.policy.models[card.id] ?? null;
    const mode = policy?.mode ?? card.defaultMode;
    if (mode === 'off') continue;
    const withheld = reasonToAbstain(facts, card, outcome);
    if (withheld) abstentions.push(withheld);
    else if (outcome.kind === 'answer') {
      for (const spec of card.findings) findings.push(finding(card, spec, outcome, policy));
    }
  }
  return Object.freeze({
    modelSet: facts.modelSet,
    policyVersion: facts.policy.version,
    findings: Object.freeze(findings),
    abstentions: Object.freeze(abstentions),
    examination: facts.examination,
    alert: decideAlert(facts, findings),
    evaluationOnly: !isInForce(facts.policy, facts.nowMs) || !areApproved(facts),
    timeFlags: facts.acquisition.flags,
  });
}

/** One result is for care or it is not: a single unapproved model among those shown decides. */
function areApproved({ cards, policy }: DecisionFacts): boolean {
  return cards.every((card) => !isShown(policy, card) || isApproved(policy, card));
}

/** Checked before a model's answer is looked at: what it was not made for, it does not answer. */
function reasonToAbstain(
  { ecg, examination }: DecisionFacts,
  card: ModelCard,
  outcome: ModelOutcome,
): Abstention | null {
  const abstain = (reason: AbstentionReason, detail: string): Abstention =>
    Object.freeze({ modelId: card.id, reason, detail });
  const age = ecg.patient.ageYears;
  if (age !== null && age < card.population.ageYearsMin) {
    return abstain(
      'age-outside-card',
      `made for patients of ${card.population.ageYearsMin} years and older`,
    );
  }
  if (demographicsMissing(ecg, card)) {
    return abstain('demographics-unknown', 'age or sex is not known and the model needs both');
  }
  for (const input of card.inputs) {
    if (input.kind !== 'waveform') continue;
    const wanted = input.windowSamples / input.sampleRateHz;
    const has = durationSeconds(ecg);
    // A tenth less is the difference between devices' "10 seconds"; more is another recording.
    if (has < wanted * SHORTEST_SHARE_OF_WINDOW) {
      return abstain(
        'recording-too-short',
        `${has.toFixed(1)} s recorded, ${wanted.toFixed(1)} s needed`,
      );
    }
    const incomplete = firstIncompleteLead(ecg, input);
    if (incomplete !== null) {
      return abstain('lead-incomplete', `lead ${incomplete} is not complete`);
    }
  }
  if (examination.quality.forbidsScore) {
    return abstain('quality', forbiddenBecause(examination));
  }
  if (outcome.kind === 'silence') {
    return abstain('model-failed', `the model gave no answer (${outcome.failure.code})`);
  }
  return null;
}

/** So many reasons make the point; twelve bad leads need not be told one by one. */
const REASONS_TOLD_MAX = 3;

function forbiddenBecause({ quality }: Examination): string {
  const reasons = quality.findings.filter(({ forbids }) => forbids.includes('score'));
  const told = reasons.slice(0, REASONS_TOLD_MAX).map(({ sentence }) => sentence);
  const more = reasons.length - told.length;
  return `${told.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`.replace(/\.$/, '');
}

const SHORTEST_SHARE_OF_WINDOW = 0.9;

function demographicsMissing(ecg: Ecg, card: ModelCard): boolean {
  return card.inputs.some(
    (input) =>
      input.kind === 'demographics' &&
      input.fields.some(
        ({ field, whenUnknown }) =>
          whenUnknown === null &&
          (field === 'age' ? ecg.patient.ageYears : ecg.patient.sex) === null,
      ),
  );
}

function firstIncompleteLead(ecg: Ecg, input: WaveformInput): string | null {
  for (const lead of ecg.leads) {
    if (!input.leads.includes(lead.name)) continue;
    for (let i = 0; i < lead.samples.length; i += 1) {
      if (lead.samples[i] === MISSING) return lead.name;
    }
  }
  return null;
}

function finding(
  card: ModelCard,
  spec: FindingSpec,
  answer: ModelAnswer,
  policy: ModelPolicy | null,
): Finding {
  const raw = answer.findings.find(({ findingId }) => findingId === spec.id);
  if (!raw) throw new RangeError(`model ${card.id} did not answer its finding ${spec.id}`);
  const { probability } = raw;
  const point = pointInUse(spec, policy);
  const threshold = policy?.thresholds?.[spec.id] ?? policy?.threshold ?? point.threshold;
  return Object.freeze({
    modelId: card.id,
    modelVersion: card.version,
    standing: card.standing,
    labelProvenance: card.labelProvenance,
    mode: policy?.mode ?? card.defaultMode,
    findingId: spec.id,
    title: spec.title,
    code: spec.code,
    beside: spec.beside,
    probability,
    spread: raw.spread,
    threshold,
    decisionPoint: threshold === point.threshold ? point : null,
    positive: probability >= threshold,
    likelihood: likelihoodOf(probability, threshold),
  });
}

function pointInUse(spec: FindingSpec, policy: ModelPolicy | null): DecisionPoint {
  const named = spec.decisionPoints.find(({ name }) => name === policy?.decisionPoint);
  const point = named ?? spec.decisionPoints[0];
  if (!point) throw new RangeError(`finding ${spec.id} has no decision point`);
  return point;
}

/** In words, around the threshold in use: a bare number is read as a truth it does not hold. */
function likelihoodOf(probability: number, threshold: number): Likelihood {
  if (probability >= threshold) {
    return probability >= threshold + (1 - threshold) / 2 ? 'high' : 'moderate';
  }
  return probability >= threshold / 2 ? 'low' : 'negligible';
}

/** Every gate between a positive finding and a person's pager, in the order they are told. */
function decideAlert(facts: DecisionFacts, findings: readonly Finding[]): AlertDecision {
  const positive = findings.filter((one) => one.positive);
  const alerting = positive.filter((one) => one.mode === 'alert');
  const approved = alerting.filter((one) => isApprovedFinding(facts, one));
  const hold = alertHold(facts, positive, alerting, approved);
  if (hold !== null) return Object.freeze({ raise: false, because: hold });
  return Object.freeze({ raise: true, findingIds: approved.map((one) => one.findingId) });
}

function isApprovedFinding({ cards, policy }: DecisionFacts, { modelId }: Finding): boolean {
  const card = cards.find(({ id }) => id === modelId);
  return card !== undefined && isApproved(policy, card);
}

function alertHold(
  facts: DecisionFacts,
  positive: readonly Finding[],
  alerting: readonly Finding[],
  approved: readonly Finding[],
): AlertHold | null {
  const { policy, acquisition, nowMs } = facts;
  if (positive.length === 0) return 'nothing-positive';
  if (alerting.length === 0) return 'no-model-in-alert-mode';
  if (policy.approvedBy === null || policy.validUntilMs === null) return 'policy-not-approved';
  if (nowMs >= policy.validUntilMs) return 'policy-expired';
  if (policy.doubts.length > 0) return 'policy-not-matching';
  if (approved.length === 0) return 'model-not-approved';
  if (!facts.hasPatient) return 'no-patient';
  if (!facts.production) return 'not-production';
  if (acquisition.flags.length > 0 || acquisition.instantMs === null) return 'clock-doubtful';
  if (nowMs - acquisition.instantMs > policy.freshMinutesMax * MINUTE_MS) return 'not-fresh';
  if (!facts.firstAssessment) return 'already-assessed';
  return null;
}
