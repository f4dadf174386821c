import type {
  Abstention,
  AlertDecision,
  AlertHold,
  Assessment,
  Finding,
  PriorShift,
} from '../../core/decision/assessment.js';
import type { LabelProvenance } from '../../core/decision/card.js';
import { pageWords } from '../../core/ecg/page-note.js';
import type { EcgRecord } from '../../ledger/ledger.js';
import type { EcgEnd, EndReason } from '../../ledger/revisions.js';
import type { Order } from '../destination.js';
import { agreementWords } from '../../core/decision/agreement.js';
import { evidenceWords } from '../../core/decision/evidence.js';
import { shownAbstentions } from '../../core/decision/standing.js';
import { examinationNotes } from './examination-wording.js';

/** The sentences that people read in the chart. A number alone is read as a truth it does not hold. */

const DECIMALS_MAX = 4;

/** 0.934 as `93 %`; a share that is neither nothing nor all never reads as 0 % or 100 %. */
export function percent(share: number, decimals = 0): string {
  const shown = Number((share * 100).toFixed(decimals));
  const hides = (shown === 0 && share > 0) || (shown === 100 && share < 1);
  if (!hides) return `${(share * 100).toFixed(decimals)} %`;
  if (decimals < DECIMALS_MAX) return percent(share, decimals + 1);
  return share < 0.5 ? '<0.0001 %' : '>99.9999 %';
}

/** With as many decimals as it takes to tell two different shares apart. */
function toldApart(one: number, other: number): [string, string] {
  for (let decimals = 0; decimals < DECIMALS_MAX; decimals += 1) {
    const pair: [string, string] = [percent(one, decimals), percent(other, decimals)];
    if (one === other || pair[0] !== pair[1]) return pair;
  }
  return [percent(one, DECIMALS_MAX), percent(other, DECIMALS_MAX)];
}

const LABELS: Readonly<Record<LabelProvenance, string>> = {
  angiography: 'labels from angiography',
  adjudicated: 'labels adjudicated by clinicians',
  'trace-reading': 'labels read off the trace',
  simulated: 'labels from simulation',
  surrogate: 'surrogate labels',
};

export function rationaleOf(finding: Finding): string {
  const [probability, threshold] = toldApart(finding.cardProbability, finding.threshold);
  return [
    `${finding.title}: ${probability}, ${finding.positive ? 'at or above' : 'below'} the threshold of ${threshold}.`,
    ...(finding.shift ? [shiftSentence(finding, finding.shift)] : []),
    ...(finding.positive ? [] : ['This does not exclude it.']),
    ...(finding.spread === null
      ? []
      : [
          `The networks of the ensemble differ by ${percent(finding.spread)} (standard deviation).`,
        ]),
    ...evidenceSentence(finding),
    thresholdOrigin(finding),
    `Model ${finding.modelId} ${finding.modelVersion}, ${LABELS[finding.labelProvenance]}.`,
    ...(finding.standing === 'validated' ? [] : [standingOf(finding)]),
  ].join(' ');
}

/** The threshold is held against the first number; the second is the one to be read as a chance. */
function shiftSentence(
  { probability }: Finding,
  { fromPrevalence, toPrevalence }: PriorShift,
): string {
  return (
    `Where ${percent(toPrevalence)} of patients have it, as at this site, and not ` +
    `${percent(fromPrevalence)} as where the model was calibrated, that is a probability of ` +
    `${percent(probability)}.`
  );
}

function evidenceSentence({ positive, evidence }: Finding): string[] {
  const words = positive && evidence ? evidenceWords(evidence) : null;
  return words === null ? [] : [`Driven by: ${words}.`];
}

function thresholdOrigin({ decisionPoint }: Finding): string {
  if (!decisionPoint) return 'The threshold was set by the site.';
  const { name, cohort, sensitivity, specificity } = decisionPoint;
  return (
    `The threshold is the decision point ${name}, measured on ${cohort}: ` +
    `sensitivity ${percent(sensitivity.value)} (${percent(sensitivity.low)} to ${percent(sensitivity.high)}), ` +
    `specificity ${percent(specificity.value)} (${percent(specificity.low)} to ${percent(specificity.high)}).`
  );
}

function standingOf({ standing }: Finding): string {
  return standing === 'placeholder'
    ? 'The model is a placeholder that proves the plumbing: for evaluation only, not for care.'
    : 'The model is for evaluation only, not for care.';
}

const HOLDS: Readonly<Record<AlertHold, string>> = {
  'nothing-positive': 'no finding reached its threshold',
  'no-model-in-alert-mode': 'no model is in alert mode',
  'policy-not-approved': 'the policy is not approved',
  'policy-expired': 'the policy has expired',
  'policy-not-matching': 'the policy is not signed as it must be, or was approved for other models',
  'model-not-approved': 'the policy was not approved for the model that found it',
  'not-fresh': 'the ECG was too old when it was assessed',
  'clock-doubtful': 'the acquisition time is doubtful',
  'not-production': 'the ECG was sent as a test',
  'no-patient': 'the ECG names no patient',
  'already-assessed': 'this ECG had been assessed before',
};

export function notesOf(assessment: Assessment): string[] {
  const { evaluationOnly, timeFlags, alert, examination, agreement } = assessment;
  return [
    ...(evaluationOnly
      ? [
          'For evaluation only, not for care: no policy in force was approved for the models that answered.',
        ]
      : []),
    ...shownAbstentions(assessment).map(abstentionNote),
    ...(examination ? examinationNotes(examination) : []),
    ...(agreement ? [agreementWords(agreement)] : []),
    ...(timeFlags.length > 0 ? [`The acquisition time is doubtful: ${timeFlags.join(', ')}.`] : []),
    alertNote(alert),
  ];
}

/** An ECG that was read off its paper is less than a recording, and says so wherever it goes. */
export function paperNotes({ page }: Pick<EcgRecord, 'page'>): string[] {
  return page ? [`${pageWords(page)}.`] : [];
}

/** The same, and of which earlier assessments this one takes the place. */
export function resultNotes({
  assessment,
  ecg,
  replaces = [],
}: Pick<Order, 'assessment' | 'ecg' | 'replaces'>): string[] {
  return [
    ...paperNotes(ecg),
    ...replaces.map(
      (id) => `The ECG was corrected: this takes the place of the earlier assessment ${id}.`,
    ),
    ...notesOf(assessment),
  ];
}

const ENDS: Readonly<Record<EndReason, string>> = {
  corrected: 'its ECG was corrected by its sender, and the corrected one is assessed in its place',
  moved: 'its ECG turned out to be the recording of another patient',
  withdrawn: 'its ECG was withdrawn by its sender',
};

/** Why something that stood is taken back. */
export function retractionNote(end: EcgEnd | null): string {
  return `Withdrawn by Leadwire: ${end ? ENDS[end.why] : 'its ECG no longer stands'}.`;
}

/** "Not known" must never be read as "normal". */
function abstentionNote({ modelId, reason, detail }: Abstention): string {
  const who = modelId === null ? 'No model gave a finding' : `Model ${modelId} gave no finding`;
  return `Not known: ${who} (${reason}: ${detail}). This does not mean that the ECG is normal.`;
}

function alertNote(alert: AlertDecision): string {
  return alert.raise
    ? `An alert was raised for ${alert.findingIds.join(', ')}.`
    : `Nobody was alerted: ${HOLDS[alert.because]}.`;
}

/** What the person who is called reads first. */
export function alertText(findings: readonly Finding[], acquired: string | null): string {
  const what = findings.map((one) => {
    const [probability, threshold] = toldApart(one.cardProbability, one.threshold);
    if (!one.shift) return `${one.title} ${probability} (threshold ${threshold})`;
    const at = `at a prevalence of ${percent(one.shift.toPrevalence)}`;
    return `${one.title} ${percent(one.probability)} ${at} (score ${probability}, threshold ${threshold})`;
  });
  const when = acquired === null ? '' : ` acquired ${acquired}`;
  return `12-lead ECG${when}: ${what.join('; ')}. Read the ECG now.`;
}
