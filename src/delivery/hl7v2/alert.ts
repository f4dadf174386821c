import type { Order } from '../destination.js';
import { retractionNote } from '../fhir/wording.js';
import { isOpen } from '../../ledger/alert-steps.js';
import { isPage, pagedFindings, pageText, pageUrgency, stateText } from '../page-wording.js';
import { headSegments, type Receiver } from './head.js';
import {
  components,
  EMPTY,
  instant,
  message,
  repetitions,
  segment,
  text,
  type Field,
} from './segments.js';

/** The kinds of priority of IHE's alert communication: high, medium, low. */
const PRIORITY = { critical: 'PH', urgent: 'PM' } as const;

/**
 * A page as ORU^R40, as IHE's alert communication (ACM) has it: the facets of one alert under
 * OBX-4, with what happened, where it was seen, that it begins, that it is active and how urgent it
 * is. The priority stands in OBX-8 of the first facet, where alert managers look for it. What becomes of
 * it follows under the same OBR-3: taken by somebody, escalated, ended, taken back.
 */
export function toOruAlert(order: Order, receiver: Receiver | null): string {
  const raisedMs = order.alert?.raisedAtMs ?? order.assessedAtMs;
  const { instantMs } = order.ecg.acquisition;
  const request = segment('OBR', {
    1: '1',
    3: components(order.alert?.id ?? order.deliveryId, 'LEADWIRE'),
    4: components('196616', 'MDC_EVT_ALARM', 'MDC'),
    7: instant(raisedMs),
    10: 'LEADWIRE',
  });
  const kind = {
    type: ['ORU', 'R40', 'ORU_R40'],
    profile: components('IHE_PCD_ACM_001', 'IHE PCD', '1.3.6.1.4.1.19376.1.6.1.4.1', 'ISO'),
    // A retraction takes the result back first.
    isSecond: order.kind === 'retraction' && (order.told ?? []).includes('result'),
  } as const;
  return message([
    ...headSegments(order, kind, receiver),
    request,
    ...facets(order).map((one, i) => facetSegment(one, i + 1, instantMs ?? raisedMs)),
  ]);
}

interface Facet {
  readonly number: number;
  readonly type: 'CWE' | 'ST';
  readonly code: readonly [code: string, name: string];
  readonly value: Field;
  readonly flags: Field;
}

const SCOPE = '1.0.0.0';

interface Phase {
  readonly event: 'start' | 'update' | 'escalate' | 'end';
  readonly state: 'active' | 'inactive';
  readonly inactivation: 'enabled' | 'alert-acknowledged';
}

function phaseOf({ kind, alert }: Order): Phase {
  const enabled = { state: 'active', inactivation: 'enabled' } as const;
  if (kind === 'retraction') return { ...enabled, event: 'end', state: 'inactive' };
  if (kind !== 'alert-update' || !alert) return { ...enabled, event: 'start' };
  if (!isOpen(alert)) return { ...enabled, event: 'end', state: 'inactive' };
  if (alert.state === 'escalated') return { ...enabled, event: 'escalate' };
  const isTaken = alert.state === 'acknowledged';
  return { ...enabled, event: 'update', inactivation: isTaken ? 'alert-acknowledged' : 'enabled' };
}

function eventText(order: Order): string {
  if (order.kind === 'retraction') return retractionNote(order.end ?? null);
  return isPage(order) || !order.alert ? pageText(order) : stateText(order.alert);
}

function facets(order: Order): readonly Facet[] {
  const { event: phase, state, inactivation } = phaseOf(order);
  const [first] = pagedFindings(order);
  const priority = PRIORITY[pageUrgency(order)];
  const event = first
    ? components(first.code.code, first.code.display, 'L', '', '', '', '', '', eventText(order))
    : components('ecg-risk', 'Risk assessment of a 12-lead ECG', 'L');
  const flags = repetitions(text(state === 'active' ? 'A' : 'N'), text(priority), text('SP'));
  return [
    { number: 1, type: 'CWE', code: ['196616', 'MDC_EVT_ALARM'], value: event, flags },
    plain(2, ['68480', 'MDC_ATTR_ALERT_SOURCE'], '12-lead ECG'),
    plain(3, ['68481', 'MDC_ATTR_EVENT_PHASE'], phase),
    plain(4, ['68482', 'MDC_ATTR_ALARM_STATE'], state),
    plain(5, ['68483', 'MDC_ATTR_ALARM_INACTIVATION_STATE'], inactivation),
    plain(6, ['68484', 'MDC_ATTR_ALARM_PRIORITY'], priority),
    plain(7, ['68485', 'MDC_ATTR_ALERT_TYPE'], 'SP'),
  ];
}

function plain(number: number, code: Facet['code'], value: string): Facet {
  return { number, type: 'ST', code, value: text(value), flags: EMPTY };
}

function facetSegment(facet: Facet, row: number, atMs: number): string {
  return segment('OBX', {
    1: String(row),
    2: facet.type,
    3: components(...facet.code, 'MDC'),
    4: `${SCOPE}.${facet.number}`,
    5: facet.value,
    8: facet.flags,
    11: 'R',
    14: instant(atMs),
  });
}
