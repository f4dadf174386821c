import type { CriterionResult } from '../core/criteria/criterion.js';
import type { Assessment, Finding } from '../core/decision/assessment.js';
import type { Examination } from '../core/decision/examination.js';
import { placeText } from '../core/ecg/reading.js';
import { ageAt } from '../core/ecg/time.js';
import type { BoardEcg } from '../ledger/board.js';
import type { AgreementVerdict } from '../core/decision/agreement.js';
import { concordOf, type Concord } from '../core/decision/concord.js';
import { shownAbstentions, shownFindings } from '../core/decision/standing.js';
import { toAlertView, type AlertView } from './alert-view.js';
import { heldOf, type Held } from './held.js';
import { priorityOf, type Priority } from './priority.js';

/** One patient on the worklist, as the page gets it. */
export interface Row {
  readonly ecgId: string;
  readonly assessmentId: string | null;
  readonly patient: RowPatient;
  readonly place: string | null;
  readonly acquiredAt: string | null;
  readonly arrivedAt: string;
  readonly waitingSince: string;
  readonly state: 'pending' | 'done' | 'parked';
  readonly priority: Priority;
  readonly findings: readonly RowFinding[];
  readonly criteria: readonly RowCriterion[];
  readonly agreement: Concord;
  readonly abstentions: readonly RowAbstention[];
  readonly quality: RowQuality;
  readonly alert: AlertView | null;
  readonly held: Held | null;
  readonly evaluationOnly: boolean;
  readonly timeFlags: readonly string[];
  readonly corrected: 'superseded' | 'withdrawn' | null;
}

export interface RowPatient {
  /** The patient's key; where the ECG names no patient, the ECG's own id. */
  readonly key: string;
  readonly name: string | null;
  readonly identifier: string | null;
  readonly birthDate: string | null;
  readonly ageYears: number | null;
  readonly sex: 'male' | 'female' | null;
}

export type RowFinding = Pick<
  Finding,
  | 'modelId'
  | 'modelVersion'
  | 'findingId'
  | 'title'
  | 'probability'
  | 'spread'
  | 'threshold'
  | 'positive'
  | 'likelihood'
  | 'mode'
  | 'standing'
  | 'labelProvenance'
>;

export interface RowCriterion {
  readonly id: string;
  readonly title: string;
  /** Null where it is so for some patients this could be and not for others. */
  readonly positive: boolean | null;
  readonly applies: boolean;
  readonly why: string | null;
  readonly text: string;
}

export interface RowAbstention {
  readonly modelId: string | null;
  readonly reason: string;
  readonly detail: string;
}

export interface RowQuality {
  readonly verdict: 'good' | 'limited' | 'unusable' | 'unknown';
  readonly sentences: readonly string[];
}

/** What is decided from: findings that may be shown, and what the trace itself says. */
export function toRow(ecg: BoardEcg): Row {
  const { about, assessment: record } = ecg;
  const assessment = record?.assessment ?? null;
  const findings = assessment ? shownFindings(assessment) : [];
  const criteria = assessment?.examination?.criteria ?? [];
  const alert = ecg.alert && toAlertView(ecg.alert);
  const state = record?.state ?? 'pending';
  const corrected = correctedOf(ecg);
  const { instantMs } = about.acquisition;
  return {
    ecgId: ecg.ecgId,
    assessmentId: record?.id ?? null,
    patient: patientOf(ecg),
    place: placeText(about.place),
    acquiredAt: iso(instantMs),
    arrivedAt: new Date(ecg.arrivedAtMs).toISOString(),
    waitingSince: new Date(Math.min(ecg.currentMs, ecg.arrivedAtMs)).toISOString(),
    state,
    priority: priorityOf({ state, assessment, findings, criteria, alert, corrected }),
    findings: findings.map(toRowFinding),
    criteria: criteria.map(toRowCriterion),
    agreement: agreementIn(assessment, findings),
    abstentions: abstentionsOf(ecg),
    quality: qualityOf(assessment?.examination ?? null),
    alert,
    held: assessment && heldOf(assessment, findings),
    evaluationOnly: assessment?.evaluationOnly ?? true,
    timeFlags: about.acquisition.flags,
    corrected,
  };
}

const IN_SHORT: Readonly<Record<AgreementVerdict, Concord>> = {
  'networks-and-criteria': 'both',
  'some-networks-and-criteria': 'both',
  'networks-only': 'network-only',
  'some-networks-only': 'network-only',
  'criteria-only': 'criteria-only',
  neither: 'neither',
  'not-comparable': 'unknown',
};

/** As it was decided, unless a model had its say that says nothing at the bedside. */
function agreementIn(assessment: Assessment | null, shown: readonly Finding[]): Concord {
  const decided = assessment?.agreement ?? null;
  const isShown = (id: string): boolean => shown.some(({ modelId }) => modelId === id);
  if (decided?.networks.every(({ modelId }) => isShown(modelId))) return IN_SHORT[decided.verdict];
  return concordOf(shown, assessment?.examination?.criteria ?? []);
}

function patientOf({ about, group, arrivedAtMs }: BoardEcg): RowPatient {
  const { patient, birthDate, ecg, acquisition } = about;
  const age = ecg.patient.ageYears;
  const atMs = acquisition.instantMs ?? arrivedAtMs;
  const name = patient?.name ?? null;
  return {
    key: group,
    name: name && [name.family, name.given].filter((part) => part !== '').join(', '),
    identifier: patient?.value ?? null,
    birthDate,
    ageYears: age ?? (birthDate === null ? null : ageAt(birthDate, atMs)),
    sex: ecg.patient.sex,
  };
}

function correctedOf({ ended, about }: BoardEcg): Row['corrected'] {
  if (ended === 'corrected') return 'superseded';
  return ended !== null || about.status === 'withdrawn' ? 'withdrawn' : null;
}

function abstentionsOf({ assessment: record }: BoardEcg): readonly RowAbstention[] {
  const withheld = record?.assessment ? shownAbstentions(record.assessment) : [];
  const shown = withheld.map(({ modelId, reason, detail }) => ({ modelId, reason, detail }));
  if (record?.state !== 'parked') return shown;
  const detail = record.failure?.detail ?? 'scoring was given up';
  return [...shown, { modelId: null, reason: 'parked', detail }];
}

function qualityOf(examination: Examination | null): RowQuality {
  if (examination === null) return { verdict: 'unknown', sentences: [] };
  const { findings, forbidsScore } = examination.quality;
  return {
    verdict: forbidsScore ? 'unusable' : findings.length > 0 ? 'limited' : 'good',
    sentences: findings.map(({ sentence }) => sentence),
  };
}

function toRowFinding(finding: Finding): RowFinding {
  const { modelId, modelVersion, findingId, title, probability, spread, threshold } = finding;
  const { positive, likelihood, mode, standing, labelProvenance } = finding;
  return {
    modelId,
    modelVersion,
    findingId,
    title,
    probability,
    spread,
    threshold,
    positive,
    likelihood,
    mode,
    standing,
    labelProvenance,
  };
}

export function toRowCriterion(criterion: CriterionResult): RowCriterion {
  const { id, title, verdict, whyNot, sentence } = criterion;
  return {
    id,
    title,
    positive: verdict === 'depends' ? null : verdict === 'positive',
    applies: verdict !== 'not-applicable',
    why: whyNot,
    text: sentence,
  };
}

export function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
