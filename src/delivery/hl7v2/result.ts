import { shownFindings } from '../../core/decision/standing.js';
import type { Finding } from '../../core/decision/assessment.js';
import { notesOf, paperNotes, rationaleOf, retractionNote } from '../fhir/wording.js';
import type { Order } from '../destination.js';
import { headSegments, type Receiver } from './head.js';
import { components, EMPTY, instant, message, segment, text, type Field } from './segments.js';

export interface OruForm {
  readonly receiver: Receiver | null;
  /** The ECG on its paper with the evidence, as PNG in base64; null leaves it out. */
  readonly pictureBase64: string | null;
}

const PLAIN: OruForm = Object.freeze({ receiver: null, pictureBase64: null });

/**
 * An assessment as ORU^R01: a number and its reading in words for each finding, then what was
 * withheld and why, then the picture.
 */
export function toOruResult(order: Order, form: OruForm = PLAIN): string {
  const picture = form.pictureBase64 === null ? [] : [pictureRow(form.pictureBase64)];
  return message([
    ...headSegments(order, { type: ['ORU', 'R01', 'ORU_R01'], profile: EMPTY }, form.receiver),
    requestOf(order, 'P'),
    ...[...rowsOf(order), ...picture].map((row, i) => obxSegment(i + 1, row, 'P')),
  ]);
}

/**
 * Takes a result back under the same OBR-3, each row by its number, with the reason and without a
 * value: as wrong (W) where it was told of another patient, else as deleted (D).
 */
export function toOruRetraction(order: Order, receiver: Receiver | null): string {
  const { end } = order;
  const status = end?.why === 'moved' ? 'W' : 'D';
  return message([
    ...headSegments(order, { type: ['ORU', 'R01', 'ORU_R01'], profile: EMPTY }, receiver),
    requestOf(order, 'X'),
    segment('NTE', { 1: '1', 2: 'L', 3: text(retractionNote(end ?? null)) }),
    ...rowsOf(order).map((row, i) =>
      obxSegment(i + 1, { ...row, value: EMPTY, abnormal: null }, status),
    ),
  ]);
}

/** OBR-25 P, preliminary; X, there are no results any more. */
function requestOf({ assessmentId, ecg }: Order, status: 'P' | 'X'): string {
  const { instantMs } = ecg.acquisition;
  return segment('OBR', {
    1: '1',
    2: ecg.order ? components(ecg.order.value, ecg.order.authority) : EMPTY,
    3: components(assessmentId, 'LEADWIRE'),
    4: components('ecg-risk', 'Risk assessment of a 12-lead ECG', 'L'),
    7: instantMs === null ? EMPTY : instant(instantMs),
    25: status,
  });
}

function rowsOf({ assessment, ecg }: Order): readonly Row[] {
  const rows = shownFindings(assessment).flatMap((finding) => [
    numberRow(finding),
    textRow(finding.code.code, finding.code.display, rationaleOf(finding)),
  ]);
  const notes = [...paperNotes(ecg), ...notesOf(assessment)];
  return [...rows, ...notes.map((words) => textRow('note', 'Note', words))];
}

interface Row {
  readonly type: 'NM' | 'TX' | 'ED';
  readonly code: string;
  readonly display: string;
  readonly value: Field;
  readonly abnormal: 'A' | null;
}

function numberRow(finding: Finding): Row {
  return {
    type: 'NM',
    code: finding.code.code,
    display: finding.code.display,
    value: text(finding.probability.toFixed(4)),
    // N would read as "normal", and below a threshold is not normal: nothing is said then.
    abnormal: finding.positive ? 'A' : null,
  };
}

function textRow(code: string, display: string, value: string): Row {
  return { type: 'TX', code, display, value: text(value), abnormal: null };
}

function pictureRow(base64: string): Row {
  const value = components('LEADWIRE', 'IM', 'PNG', 'Base64', base64);
  return { type: 'ED', code: 'ecg-picture', display: 'ECG with evidence', value, abnormal: null };
}

function obxSegment(number: number, row: Row, status: 'P' | 'D' | 'W'): string {
  return segment('OBX', {
    1: String(number),
    2: row.type,
    3: components(row.code, row.display, 'L'),
    4: String(number),
    5: row.value,
    8: row.abnormal ?? EMPTY,
    11: status,
  });
}
