import {
  placeOf,
  vendorMeasurements,
  type Place,
  type ReadingStatus,
  type VendorMeasurements,
  type WrittenTime,
} from '../../core/ecg/reading.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import type { Envelope } from '../envelope.js';
import { boundedText } from '../identity.js';
import { measureOf, parseMeasured, type Measure } from '../measures.js';
import { NOBODY } from '../subject.js';
import { identifierOfCx, identifierOfEi, subjectOf } from './patient.js';
import type { Rows } from './rows.js';
import { offsetMinutesOf, parseHl7Time } from './time.js';

/** What the message says around the rows that carry the ECG, of which there is at least one. */
export function envelopeOf(
  message: Message,
  rows: Rows,
  carrying: readonly Segment[],
  start: WrittenTime | null = null,
): Envelope {
  const pid = message.segments.find(({ id }) => id === 'PID');
  const pv1 = message.segments.find(({ id }) => id === 'PV1');
  const first = carrying[0];
  const obr = (first && rows.orderOf.get(first)) ?? null;
  return {
    subject: pid ? subjectOf(message, pid) : NOBODY,
    encounter: pv1 ? identifierOfCx(message, pv1.field(19)) : null,
    // The order that the EHR placed, else the number that the filler gave.
    order: obr
      ? (identifierOfEi(message, obr.field(2)) ?? identifierOfEi(message, obr.field(3)))
      : null,
    place: pv1 ? placeIn(pv1) : null,
    acquired: start ?? acquiredOf(message, first, obr),
    status: statusOf(carrying, obr),
    statements: rows.statements,
    measurements: measurementsOf(rows),
  };
}

/** PV1-3, a PL: point of care, room, bed, facility; a later version writes each as an HD. */
function placeIn(pv1: Segment): Place | null {
  const location = pv1.field(3);
  const part = (number: number): string | null =>
    boundedText(location.component(number).text().split('&')[0] ?? '') || null;
  return placeOf({ pointOfCare: part(1), room: part(2), bed: part(3), facility: part(4) });
}

/** OBX-14 of the first row, else OBR-7. */
function acquiredOf(
  message: Message,
  obx: Segment | undefined,
  obr: Segment | null,
): WrittenTime | null {
  const order = obr ?? message.segments.find(({ id }) => id === 'OBR');
  for (const part of [obx?.field(14), order?.field(7)]) {
    const time = timeIn(message, part?.component(1).text() ?? '');
    if (time) return time;
  }
  return null;
}

/** A time without a zone of its own has that of MSH-7. */
export function timeIn(message: Message, text: string): WrittenTime | null {
  const time = parseHl7Time(text);
  if (!time || time.offsetMinutes !== null) return time;
  const zone = /[+-]\d{4}$/.exec(message.header.component(7, 1))?.[0];
  return { ...time, offsetMinutes: zone === undefined ? null : offsetMinutesOf(zone) };
}

/** Of table 0085 and table 0123. */
export const WITHDRAWN: ReadonlySet<string> = new Set(['W', 'D', 'X']);
const UNFINISHED = new Set(['P', 'R', 'I', 'S', 'A', 'O', 'N']);

/** OBX-11 of every row and OBR-25: withdrawn by one is withdrawn, corrected by one is corrected. */
function statusOf(carrying: readonly Segment[], obr: Segment | null): ReadingStatus | null {
  const ofRows = carrying.map((obx) => obx.field(11).text().toUpperCase());
  const ofOrder = obr?.field(25).text().toUpperCase() ?? '';
  const all = [...ofRows, ofOrder];
  if (all.every((status) => status === '')) return null;
  if (all.some((status) => WITHDRAWN.has(status))) return 'withdrawn';
  if (all.includes('C')) return 'corrected';
  const said = ofOrder === '' ? ofRows : [ofOrder];
  return said.some((status) => UNFINISHED.has(status)) ? 'preliminary' : 'final';
}

/** The recorder's own figures; of two rows that say the same measure the first counts. */
function measurementsOf({ facets }: Rows): VendorMeasurements | null {
  const found: Partial<Record<Measure, number>> = {};
  for (const { name, obx } of facets) {
    const measure = measureOf(obx.field(3).component(1).text()) ?? measureOf(name);
    if (measure === null || found[measure] !== undefined) continue;
    const text = obx.field(5).component(1).text();
    if (!/^[+-]?\d{1,9}(\.\d{1,9})?$/.test(text)) continue;
    const unit = obx.field(6);
    const units = [1, 2, 4, 5].map((n) => unit.component(n).text());
    const value = parseMeasured(measure, Number(text), units);
    if (value !== null) found[measure] = value;
  }
  return vendorMeasurements(found);
}
