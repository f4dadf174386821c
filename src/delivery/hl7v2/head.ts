import type { Order } from '../destination.js';
import { components, composed, EMPTY, instant, segment, subcomponents, text } from './segments.js';
import type { Field } from './segments.js';

export interface MessageKind {
  readonly type: readonly [code: string, trigger: string, structure: string];
  /** MSH-21, where a profile says how to read it. */
  readonly profile: Field;
  /** True for the second message of a delivery, which needs an id of its own. */
  readonly isSecond?: boolean;
}

/** MSH-5 and MSH-6. */
export interface Receiver {
  readonly application: string;
  readonly facility: string;
}

/** HL7 v2.6 gives a control id twenty characters; these follow from the delivery, so a repeat is told. */
const CONTROL_ID_LENGTH = 20;

export function controlIdOf({ deliveryId }: Pick<Order, 'deliveryId'>, isSecond = false): string {
  // Ids are of small letters and digits, so that no other begins with this.
  return isSecond
    ? `A${deliveryId.slice(1 - CONTROL_ID_LENGTH)}`
    : deliveryId.slice(-CONTROL_ID_LENGTH);
}

/** When what is told came to be: the same in each repeat of a message. */
function toldAtMs({ kind, end, alert, assessedAtMs }: Order): number {
  if (kind === 'retraction') return end?.atMs ?? assessedAtMs;
  return (kind === 'alert-update' ? alert?.events.at(-1)?.atMs : null) ?? assessedAtMs;
}

/** MSH to PV1. What is for evaluation carries MSH-11 T, so that no receiver files it as care. */
export function headSegments(
  order: Order,
  { type, profile, isSecond = false }: MessageKind,
  receiver: Receiver | null,
): readonly string[] {
  return [
    `MSH|^~\\&|${segment('', {
      1: 'LEADWIRE',
      3: text(receiver?.application ?? ''),
      4: text(receiver?.facility ?? ''),
      5: instant(toldAtMs(order)),
      7: components(...type),
      8: text(controlIdOf(order, isSecond)),
      9: order.assessment.evaluationOnly ? 'T' : 'P',
      10: '2.6',
      16: 'UNICODE UTF-8',
      19: profile,
    }).slice(1)}`,
    ...patientSegments(order),
  ];
}

/** OIDs and addresses say what they are; everything else is a name that the site gave. */
function authorityOf(authority: string): Field {
  const oid = /^(?:urn:oid:)?(\d+(?:\.\d+)+)$/.exec(authority)?.[1];
  if (oid !== undefined) return subcomponents('', oid, 'ISO');
  if (/^[a-z][a-z0-9+.-]*:/i.test(authority)) return subcomponents('', authority, 'URI');
  return subcomponents(authority);
}

const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F' };

function patientSegments({ ecg }: Order): readonly string[] {
  const { patient, encounter, birthDate } = ecg;
  const segments: string[] = [];
  if (patient) {
    const identifier = composed(text(patient.value), EMPTY, EMPTY, authorityOf(patient.authority));
    segments.push(
      segment('PID', {
        1: '1',
        3: identifier,
        5: patient.name ? components(patient.name.family, patient.name.given) : EMPTY,
        7: text((birthDate ?? '').replaceAll('-', '')),
        8: SEXES[ecg.ecg.patient.sex ?? ''] ?? '',
      }),
    );
  }
  if (encounter) {
    const visit = composed(text(encounter.value), EMPTY, EMPTY, authorityOf(encounter.authority));
    segments.push(segment('PV1', { 1: '1', 2: 'U', 19: visit }));
  }
  return segments;
}
