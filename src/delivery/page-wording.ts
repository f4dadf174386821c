import { shownFindings } from '../core/decision/standing.js';
import type { Finding } from '../core/decision/assessment.js';
import type { Urgency } from '../core/decision/policy.js';
import type { AlertRecord } from '../ledger/alerts.js';
import type { Order } from './destination.js';
import { alertText } from './fhir/wording.js';
import { acquiredAt } from './fhir/form.js';

/** What the person who is called reads first, by whichever way the call comes. */
export function pageText(order: Order): string {
  const { alert, kind } = order;
  const text = alertText(pagedFindings(order), acquiredAt(order));
  if (alert?.isStorm) {
    return (
      `Many alerts at once: ${alert.assessmentIds.length} ECGs or more of this department need to be ` +
      `read, and no more single calls follow for them. All of them stand on the board. The first: ${text}`
    );
  }
  return kind === 'escalation' ? `Nobody has acknowledged this alert. ${text}` : text;
}

/** The findings that somebody is called for, which may be fewer than all that are positive. */
export function pagedFindings({ assessment, alert }: Order): readonly Finding[] {
  const { alert: decided } = assessment;
  const ids = alert?.findingIds ?? (decided.raise ? decided.findingIds : []);
  return shownFindings(assessment).filter(({ findingId }) => ids.includes(findingId));
}

export function pageUrgency({ alert }: Order): Urgency {
  return alert?.urgency ?? 'critical';
}

/** A page is about an alert; where there is none left to tell of, there is nothing to write. */
export function isPage({ kind }: Pick<Order, 'kind'>): boolean {
  return kind === 'alert' || kind === 'escalation';
}

/** What has become of an alert, for those who were called. */
export function stateText({ state, acknowledgedBy }: AlertRecord): string {
  switch (state) {
    case 'raised':
    case 'delivered':
      return 'Nobody has taken this alert yet.';
    case 'acknowledged':
      return `Taken by ${acknowledgedBy ?? 'somebody'}.`;
    case 'escalated':
      return 'More help was asked for.';
    case 'resolved':
      return 'Somebody is done with this alert.';
    case 'superseded':
      return 'Another alert, or a corrected ECG, stands in the place of this alert.';
    case 'withdrawn':
      return 'This alert was taken back.';
  }
}
