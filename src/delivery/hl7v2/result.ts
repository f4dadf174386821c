import { Message } from 'node-hl7-client';
import type { Finding } from '../../core/decision/assessment.js';
import { shownFindings } from '../fhir/result.js';
import { notesOf, rationaleOf } from '../fhir/wording.js';
import type { Order } from '../destination.js';

/** HL7 v2.6 gives a control id twenty characters; these follow from the assessment, so a repeat is told. */
const CONTROL_ID_LENGTH = 20;

/**
 * An assessment as ORU^R01: a number and its reading in words for each finding, then what was
 * withheld and why. Training and evaluation results carry MSH-11 T, so that no receiver files them
 * as care.
 */
export function toOruResult(order: Order): string {
  const { assessment, ecg } = order;
  const message = new Message({
    messageHeader: {
      msh_9_1: 'ORU',
      msh_9_2: 'R01',
      msh_10: order.assessmentId.slice(-CONTROL_ID_LENGTH),
      msh_11_1: assessment.evaluationOnly ? 'T' : 'P',
    },
  });
  message.set('MSH.3', 'LEADWIRE');
  message.set('MSH.7', hl7Instant(order.assessedAtMs));
  message.set('MSH.12', '2.6');
  message.set('MSH.18', 'UNICODE UTF-8');
  addPatient(message, order);
  const request = message.addSegment('OBR');
  request.set('1', '1');
  request.set('3.1', order.assessmentId);
  request.set('4.1', 'ecg-risk');
  request.set('4.2', 'Risk assessment of a 12-lead ECG');
  request.set('4.3', 'L');
  const { instantMs } = ecg.acquisition;
  if (instantMs !== null) request.set('7', hl7Instant(instantMs));
  request.set('25', 'P');
  const rows = shownFindings(assessment).flatMap((finding) => [
    numberRow(finding),
    textRow(finding.code.code, finding.code.display, rationaleOf(finding)),
  ]);
  const notes = notesOf(assessment).map((text) => textRow('note', 'Note', text));
  for (const [i, row] of [...rows, ...notes].entries()) addRow(message, i + 1, row);
  return `${message.toString()}\r`;
}

function addPatient(message: Message, { ecg }: Order): void {
  const { patient, encounter } = ecg;
  if (patient) {
    const segment = message.addSegment('PID');
    segment.set('1', '1');
    segment.set('3.1', patient.value);
    segment.set('3.4', patient.authority);
    if (patient.name) {
      segment.set('5.1', patient.name.family);
      segment.set('5.2', patient.name.given);
    }
  }
  if (encounter) {
    const segment = message.addSegment('PV1');
    segment.set('1', '1');
    segment.set('2', 'U');
    segment.set('19.1', encounter.value);
    segment.set('19.4', encounter.authority);
  }
}

interface Row {
  readonly type: 'NM' | 'TX';
  readonly code: string;
  readonly display: string;
  readonly value: string;
  readonly abnormal: 'A' | null;
}

function numberRow(finding: Finding): Row {
  return {
    type: 'NM',
    code: finding.code.code,
    display: finding.code.display,
    value: finding.probability.toFixed(4),
    // N would read as "normal", and below a threshold is not normal: nothing is said then.
    abnormal: finding.positive ? 'A' : null,
  };
}

function textRow(code: string, display: string, value: string): Row {
  return { type: 'TX', code, display, value, abnormal: null };
}

function addRow(message: Message, number: number, row: Row): void {
  const segment = message.addSegment('OBX');
  segment.set('1', String(number));
  segment.set('2', row.type);
  segment.set('3.1', row.code);
  segment.set('3.2', row.display);
  segment.set('3.3', 'L');
  segment.set('4', String(number));
  segment.set('5', row.value);
  if (row.abnormal !== null) segment.set('8', row.abnormal);
  segment.set('11', 'P');
}

/** HL7's own form of an instant, in UTC. */
function hl7Instant(ms: number): string {
  return `${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)}+0000`;
}
