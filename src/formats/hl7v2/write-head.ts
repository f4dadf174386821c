import type { Identifier, Reading } from '../../core/ecg/reading.js';
import { escapeText } from '../../wire/hl7v2/text.js';
import { toHl7Time } from './time.js';

export interface MessageEnvelope {
  /** MSH-10. */
  readonly controlId: string;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** MSH-7, as HL7 writes a time. */
  readonly sentAt: string;
  /** MSH-12; each kind of message has its own where not given. */
  readonly version?: string;
  /** MSH-11; production where not given. */
  readonly processingId?: 'P' | 'T' | 'D';
  readonly acceptAck?: string;
  readonly applicationAck?: string;
}

export const STATUS: Readonly<Record<Reading['status'], readonly [obx: string, obr: string]>> = {
  preliminary: ['R', 'P'],
  final: ['F', 'F'],
  corrected: ['C', 'C'],
  withdrawn: ['W', 'F'],
};

/** What tells the kinds of message apart in MSH. */
interface MessageKind {
  /** MSH-9. */
  readonly type: string;
  /** MSH-12 where the envelope does not say. */
  readonly version: string;
  /** MSH-21. */
  readonly profile?: string;
}

/** The segments above the rows: MSH, PID, PV1 and OBR. */
export function headSegments(
  reading: Reading,
  envelope: MessageEnvelope,
  kind: MessageKind,
): readonly string[] {
  return [msh(envelope, kind), pid(reading), pv1(reading), obr(reading)];
}

/** Rows from OBX-2 on, numbered, below their heads. */
export function toMessage(heads: readonly string[], rows: readonly string[]): Uint8Array {
  const segments = [...heads, ...rows.map((row, index) => `OBX|${index + 1}|${row}`)];
  return new TextEncoder().encode(segments.map((segment) => `${segment}\r`).join(''));
}

function msh(envelope: MessageEnvelope, kind: MessageKind): string {
  return [
    'MSH|^~\\&',
    escapeText(envelope.sendingApplication),
    escapeText(envelope.sendingFacility),
    escapeText(envelope.receivingApplication),
    escapeText(envelope.receivingFacility),
    envelope.sentAt,
    '',
    kind.type,
    escapeText(envelope.controlId),
    envelope.processingId ?? 'P',
    envelope.version ?? kind.version,
    '',
    '',
    envelope.acceptAck ?? '',
    envelope.applicationAck ?? '',
    '',
    'UNICODE UTF-8',
    '',
    '',
    kind.profile ?? '',
  ].join('|');
}

function pid({ patient, birthDate, ecg }: Reading): string {
  const identifiers = patient ? [`${cx(patient)}^MR`, ...patient.others.map(cx)].join('~') : '';
  const name = patient?.name
    ? `${escapeText(patient.name.family)}^${escapeText(patient.name.given)}`
    : '';
  const sex = ecg.patient.sex === null ? '' : { male: 'M', female: 'F' }[ecg.patient.sex];
  return `PID|||${identifiers}||${name}||${(birthDate ?? '').replace(/-/g, '')}|${sex}`;
}

function pv1({ encounter, place }: Reading): string {
  const { pointOfCare = null, room = null, bed = null, facility = null } = place ?? {};
  const location = [pointOfCare, room, bed, facility].map((part) => escapeText(part ?? ''));
  const written = location.join('^').replace(/\^+$/, '');
  return `PV1||E|${written}${'|'.repeat(16)}${encounter ? cx(encounter) : ''}`;
}

function obr({ order, acquired, status }: Reading): string {
  const placer = order ? ei(order) : '';
  const time = acquired ? toHl7Time(acquired) : '';
  const fields = ['OBR', '1', placer, '', '131328^MDC_ECG_ELEC_POTL^MDC', '', '', time];
  return `${fields.join('|')}${'|'.repeat(18)}${STATUS[status][1]}`;
}

/** CX: the authority as an HD inside the fourth component. */
function cx({ authority, value }: Identifier): string {
  return `${escapeText(value)}^^^${hd(authority, '&')}`;
}

function ei({ authority, value }: Identifier): string {
  return `${escapeText(value)}^${hd(authority, '^')}`;
}

function hd(authority: string, separator: string): string {
  const oid = /^urn:oid:(.+)$/.exec(authority)?.[1];
  if (oid !== undefined) return ['', escapeText(oid), 'ISO'].join(separator);
  const uuid = /^urn:uuid:(.+)$/.exec(authority)?.[1];
  if (uuid !== undefined) return ['', escapeText(uuid), 'UUID'].join(separator);
  const uri = /^[a-z][a-z0-9+.-]*:/i.test(authority);
  return uri ? ['', escapeText(authority), 'URI'].join(separator) : escapeText(authority);
}
