import type { Ecg } from '../ecg/ecg.js';
import type { Acquisition } from '../ecg/time.js';
import { findingAbstains, modelAbstains } from './abstain.js';
import { agreementOf } from './agreement.js';
import type {
  Abstention,
  AlertDecision,
  AlertHold,
  Assessment,
  Finding,
  Likelihood,
  PriorShift,
} from './assessment.js';
import type { DecisionPoint, FindingSpec, ModelCard, ModelMode } from './card.js';
import type { Examination } from './examination.js';
import { refinedBy } from './order.js';
import type { ModelPolicy, Policy } from './policy.js';
import { atPrevalence } from './probability.js';
import type { ModelAnswer, ModelOutcome, RawFinding } from './scorer.js';
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
    const withheld = modelAbstains(facts.ecg, facts.examination, card, outcome);
    if (withheld) abstentions.push(inMode(withheld, mode));
    else if (outcome.kind === 'answer') {
      for (const spec of card.findings) {
        const raw = rawFinding(card, spec, outcome);
        const doubt = findingAbstains(card, spec, raw);
        if (doubt) abstentions.push(inMode(doubt, mode));
        else findings.push(finding(card, spec, raw, policy));
      }
    }
  }
  return Object.freeze({
    modelSet: facts.modelSet,
    policyVersion: facts.policy.version,
    findings: Object.freeze(findings),
    abstentions: Object.freeze(abstentions),
    examination: facts.examination,
    agreement: agreementOf(facts.cards, findings, facts.examination),
    alert: decideAlert(facts, findings),
    evaluationOnly: !isInForce(facts.policy, facts.nowMs) || !areApproved(facts),
    timeFlags: facts.acquisition.flags,
  });
}

function inMode(withheld: Abstention, mode: ModelMode): Abstention {
  return mode === 'shadow' ? Object.freeze({ ...withheld, inShadow: true as const }) : withheld;
}

/** One result is for care or it is not: a single unapproved model among those shown decides. */
function areApproved({ cards, policy }: DecisionFacts): boolean {
  return cards.every((card) => !isShown(policy, card) || isApproved(policy, card));
}

function rawFinding(card: ModelCard, spec: FindingSpec, answer: ModelAnswer): RawFinding {
  const raw = answer.findings.find(({ findingId }) => findingId === spec.id);
  if (!raw) throw new RangeError(`model ${card.id} did not answer its finding ${spec.id}`);
  return raw;
}

/** Decided on the card's own probability, on which its thresholds were chosen; shown shifted. */
function finding(
  card: ModelCard,
  spec: FindingSpec,
  raw: RawFinding,
  policy: ModelPolicy | null,
): Finding {
  const { probability: cardProbability, spread, evidence } = raw;
  const point = pointInUse(spec, policy);
  const threshold = policy?.thresholds?.[spec.id] ?? policy?.threshold ?? point.threshold;
  const shift = shiftOf(spec, policy);
  const refines = refinedBy(card, spec);
  return Object.freeze({
    modelId: card.id,
    modelVersion: card.version,
    standing: card.standing,
    labelProvenance: spec.labelProvenance,
    mode: policy?.mode ?? card.defaultMode,
    findingId: spec.id,
    title: spec.title,
    ...(refines === null ? {} : { refines }),
    code: spec.code,
    beside: spec.beside,
    probability: shift
      ? atPrevalence(cardProbability, shift.fromPrevalence, shift.toPrevalence)
      : cardProbability,
    cardProbability,
    shift,
    spread,
    threshold,
    decisionPoint: threshold === point.threshold ? point : null,
    positive: cardProbability >= threshold,
    likelihood: likelihoodOf(cardProbability, threshold),
    evidence,
  });
}

/** Only a calibrated probability whose own share of positives is known can be shifted. */
function shiftOf(spec: FindingSpec, policy: ModelPolicy | null): PriorShift | null {
  const toPrevalence = policy?.prevalence?.[spec.id];
  if (toPrevalence === undefined || spec.trainingPrevalence === null) return null;
  return Object.freeze({ fromPrevalence: spec.trainingPrevalence, toPrevalence });
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
