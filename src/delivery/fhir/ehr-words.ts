import { afterAct } from '../../ledger/alert-steps.js';
import type { AlertAct, AlertRecord } from '../../ledger/alerts.js';
import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { statusOf, toldState } from './alert-state.js';
import type { AlertType } from './form.js';
import { referenceOf, WITHDRAWN, type Found } from './lookup.js';

/** What people at the EHR said about an alert by working on its resource. */
export interface EhrWord {
  readonly action: 'acknowledge' | 'resolve';
  /** Who said it, as a reference; the resource itself where it does not tell. */
  readonly actor: string;
  /** Names this word, so that it counts once. */
  readonly key: string;
  /** By the EHR's clock; null where it gives no time. */
  readonly atMs: number | null;
}

type Meanings = Readonly<Partial<Record<string, EhrWord['action']>>>;

/** A status that somebody at the EHR gave; one of ours that is not here says nothing. */
const MEANINGS: Readonly<Record<AlertType, Meanings>> = {
  CommunicationRequest: { completed: 'acknowledge', revoked: 'resolve', [WITHDRAWN]: 'resolve' },
  Flag: { inactive: 'resolve', [WITHDRAWN]: 'resolve' },
  DetectedIssue: {
    final: 'acknowledge',
    mitigated: 'acknowledge',
    amended: 'acknowledge',
    corrected: 'acknowledge',
    cancelled: 'resolve',
    [WITHDRAWN]: 'resolve',
  },
};

/** Words that were not heard yet, oldest meaning first; none where the resource says what we wrote. */
export function wordsIn(type: AlertType, one: Found, alert: AlertRecord): readonly EhrWord[] {
  const told = toldState(one) ?? 'raised';
  if (told === 'superseded' || told === 'withdrawn' || told === 'resolved') return [];
  const isOurs = one.status === statusOf(type, told as AlertRecord['state']);
  const action = isOurs ? undefined : MEANINGS[type][one.status ?? ''];
  const reference = referenceOf(one);
  const atMs = timeIn(one.meta?.lastUpdated);
  const key = `${reference} ${one.status ?? ''} ${one.meta?.versionId ?? one.meta?.lastUpdated ?? ''}`;
  const words = [
    ...(type === 'DetectedIssue' ? mitigationsOf(one) : []),
    ...(action === undefined ? [] : [{ action, actor: reference, key, atMs }]),
  ];
  return words.filter((word) => isNews(word, alert));
}

/** Somebody wrote down what was done about it. */
function mitigationsOf(one: Found): readonly EhrWord[] {
  const reference = referenceOf(one);
  return asList(asRecord(one)?.['mitigation']).map((written, i) => {
    const mitigation = asRecord(written);
    const actor = practitionerIn([mitigation?.['author']]) ?? reference;
    const atMs = timeIn(mitigation?.['date']) ?? timeIn(one.meta?.lastUpdated);
    return { action: 'acknowledge', actor, key: `${reference} mitigation ${i + 1}`, atMs };
  });
}

/** A Communication that fulfils the request: one that was sent, or that somebody has received. */
export function communicationWord(one: Found, alert: AlertRecord): EhrWord | null {
  const record = asRecord(one);
  const received = timeIn(record?.['received']);
  if (one.status !== 'completed' && received === null) return null;
  const word: EhrWord = {
    action: 'acknowledge',
    actor:
      practitionerIn([...asList(record?.['recipient']), record?.['sender']]) ?? referenceOf(one),
    key: referenceOf(one),
    atMs: received ?? timeIn(record?.['sent']) ?? timeIn(one.meta?.lastUpdated),
  };
  return isNews(word, alert) ? word : null;
}

/** What was said before somebody asked for more help is no answer to that. */
function isNews({ key, atMs }: EhrWord, { events }: AlertRecord): boolean {
  if (events.some(({ via, note }) => via === 'ehr' && note === key)) return false;
  const asked = events.findLast(({ action, via }) => action === 'escalate' && via !== 'timer');
  return !asked || atMs === null || atMs > asked.atMs;
}

export function actOf({ action, actor, key }: EhrWord, atMs: number): AlertAct {
  return { action, actor, via: 'ehr', note: key, atMs };
}

/** Whether the alert as it stands would change by it. */
export function moves(word: EhrWord, alert: AlertRecord): boolean {
  return afterAct(alert, actOf(word, 0)) !== null;
}

/** The reference alone: a display would be a person's name. */
function practitionerIn(references: readonly unknown[]): string | null {
  for (const one of references) {
    const written = asText(asRecord(one)?.['reference']) ?? '';
    const found = /(?:^|\/)(Practitioner(?:Role)?\/[A-Za-z0-9.-]{1,64})$/.exec(written)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

function timeIn(written: unknown): number | null {
  const atMs = Date.parse(asText(written) ?? '');
  return Number.isNaN(atMs) ? null : atMs;
}
