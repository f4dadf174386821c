import { shownAbstentions, shownFindings } from '../../core/decision/standing.js';
import { createHash } from 'node:crypto';
import type { Assessment, Finding } from '../../core/decision/assessment.js';
import { SUMMARY_CHARS_MAX, type CdsCard, type CdsCoding } from '../../wire/cds-hooks/card.js';
import type { Order } from '../destination.js';
import { acquiredAt } from '../fhir/form.js';
import { notesOf, paperNotes, percent, rationaleOf } from '../fhir/wording.js';

/** A card and what it tells of, so that the answer to it finds its way back. */
export interface TellingCard {
  readonly card: CdsCard;
  readonly assessmentId: string;
  readonly ecgId: string;
  readonly findingId: string | null;
}

const REASONS = 'https://leadwire.dev/fhir/CodeSystem/override-reason';

/** Why a clinician sets a card aside; the first says that the finding is wrong. */
export const OVERRIDE_REASONS: readonly CdsCoding[] = Object.freeze([
  {
    system: REASONS,
    code: 'not-present',
    display: 'I have read the ECG: the finding is not there',
  },
  { system: REASONS, code: 'already-known', display: 'Already known and being treated' },
  { system: REASONS, code: 'not-now', display: 'Does not change what I do now' },
]);

/** At most one card an ECG: what is positive, or that it is not known. No card never means normal. */
export function toCards(
  order: Order,
  hookInstance: string,
  boardUrl: string | null,
): TellingCard[] {
  const shown = shownFindings(order.assessment);
  const positive = shown.filter((one) => one.positive);
  const [first] = positive;
  if (first)
    return [telling(order, first, findingCard(order, positive, first), hookInstance, boardUrl)];
  if (shown.length > 0 || shownAbstentions(order.assessment).length === 0) return [];
  return [telling(order, null, silenceCard(order), hookInstance, boardUrl)];
}

type Words = Pick<CdsCard, 'summary' | 'detail' | 'indicator'>;

function telling(
  order: Order,
  finding: Finding | null,
  words: Words,
  hookInstance: string,
  boardUrl: string | null,
): TellingCard {
  return {
    assessmentId: order.assessmentId,
    ecgId: order.ecg.id,
    findingId: finding?.findingId ?? null,
    card: {
      uuid: cardId(order.assessmentId, hookInstance),
      ...words,
      source: { label: 'Leadwire', topic: topicOf(finding) },
      ...(finding ? { overrideReasons: OVERRIDE_REASONS } : {}),
      ...(boardUrl === null
        ? {}
        : {
            links: [
              {
                label: 'The ECG with its evidence, on the Leadwire board',
                url: `${boardUrl}/board/#/ecg/${order.ecg.id}`,
                type: 'absolute',
              },
            ],
          }),
    },
  };
}

function findingCard(order: Order, positive: readonly Finding[], first: Finding): Words {
  const { assessment } = order;
  const what = `${first.title}: ${percent(first.probability)}`;
  const more = positive.length > 1 ? ` and ${positive.length - 1} more` : '';
  return {
    summary: bounded(`${evaluation(assessment)}${what}${more}, ECG of ${when(order)}`),
    detail: [...positive.map(rationaleOf), ...paperNotes(order.ecg), ...notesOf(assessment)]
      .map(line)
      .join('\n'),
    indicator: assessment.alert.raise ? 'critical' : 'warning',
  };
}

function silenceCard(order: Order): Words {
  return {
    summary: bounded(`Not known: no network could answer on the ECG of ${when(order)}`),
    detail: [...paperNotes(order.ecg), ...notesOf(order.assessment)].map(line).join('\n'),
    indicator: 'info',
  };
}

function evaluation({ evaluationOnly }: Assessment): string {
  return evaluationOnly ? 'For evaluation only. ' : '';
}

function when(order: Order): string {
  return acquiredAt(order) ?? 'unknown time';
}

/** What stands in a title or a note is our own text, yet markdown must not read signs into it. */
function line(text: string): string {
  return `- ${text.replace(/([\\`*_[\]<>#])/g, '\\$1')}`;
}

function bounded(text: string): string {
  return text.length <= SUMMARY_CHARS_MAX ? text : `${text.slice(0, SUMMARY_CHARS_MAX - 1)}…`;
}

function topicOf(finding: Finding | null): CdsCoding {
  return finding
    ? finding.code
    : {
        system: 'https://leadwire.dev/fhir/CodeSystem/kind',
        code: 'ecg-risk',
        display: 'Risk assessment of a 12-lead ECG',
      };
}

/** The same call asked again gets the same card: its answer is then counted once. */
function cardId(assessmentId: string, hookInstance: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([assessmentId, hookInstance]))
    .digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
