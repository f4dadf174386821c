import { createEcg, type LeadInput } from '../../core/ecg/ecg.js';
import type { Reading, ReadingStatus, WrittenTime } from '../../core/ecg/reading.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import { scanNumbers, type NumberSyntax } from '../numbers.js';
import { microvoltExponent } from '../units.js';
import { deviceOf, filtersOf, sampleRateOf, unitIn } from './facets.js';
import { identifierOfCx, identifierOfEi, subjectOf } from './patient.js';
import { rowsOf, type LeadRow, type Rows } from './rows.js';
import { offsetMinutesOf, parseHl7Time } from './time.js';

export const ORU_FORMAT = 'hl7v2-oru';

/**
 * ORU with one OBX of type NA for each lead, as IHE's device profiles write it: the samples in
 * OBX-5, their unit in OBX-6, the sample rate in a row that hangs below the lead (OBX-4).
 */
export function decodeOru(message: Message): Result<Reading> {
  const rows = rowsOf(message);
  if (rows.leads.length === 0) return refuseWithoutLeads(rows);
  const alone = oneEcgOfOnePatient(message, rows);
  if (alone) return { ok: false, failure: alone };
  const sampleRateHz = sampleRateOf(rows);
  if (!sampleRateHz.ok) return sampleRateHz;
  const leads: LeadInput[] = [];
  for (const row of rows.leads) {
    const microvolts = microvoltsOf(message, row);
    if (!microvolts.ok) return microvolts;
    const expected = leads[0]?.microvolts.length ?? microvolts.value.length;
    if (microvolts.value.length !== expected) {
      const detail = `lead ${row.name} has ${microvolts.value.length} samples, not ${expected}`;
      return refuse('sample-count-differs', detail, { location: row.obx.place(5) });
    }
    leads.push({ name: row.name, microvolts: microvolts.value });
  }
  const pid = message.segments.find(({ id }) => id === 'PID');
  const subject = pid ? subjectOf(message, pid) : null;
  const ecg = createEcg({
    leads,
    sampleRateHz: sampleRateHz.value,
    patient: { ageYears: null, sex: subject?.sex ?? null },
    device: deviceOf(rows),
    filters: filtersOf(rows),
  });
  if (!ecg.ok) return placed(ecg.failure, rows);
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: ORU_FORMAT,
      patient: subject?.identity ?? null,
      encounter: visitOf(message),
      order: orderOf(message, rows),
      acquired: acquiredOf(message, rows),
      birthDate: subject?.birthDate ?? null,
      status: statusOf(rows),
      vendorStatements: Object.freeze(rows.statements),
      vendorMeasurements: null,
    }),
  );
}

function refuseWithoutLeads(rows: Rows): Result<Reading> {
  const unread = rows.unread[0];
  if (unread) {
    return refuse('encoding-unknown', 'this encoding of a waveform is not read', {
      location: unread.place(3),
    });
  }
  const other = rows.otherLeads[0];
  if (other) {
    return refuse('lead-unknown', 'the row does not say which of the twelve leads it is', {
      location: other.place(3),
    });
  }
  return refuse('no-ecg', 'the message carries no ECG');
}

/** Two patients, or two ECGs, in one message could be mixed up: neither is guessed at. */
function oneEcgOfOnePatient(message: Message, rows: Rows): Failure | null {
  const patients = message.segments.filter(({ id }) => id === 'PID');
  const second = patients[1];
  if (second) {
    const detail = 'the message names two patients, so the ECG belongs to neither';
    return refuse('patient-missing', detail, placeOf(second, 3)).failure;
  }
  const seen = new Set<string>();
  for (const { name, obx } of rows.leads) {
    if (seen.has(name)) {
      return refuse('lead-doubled', `lead ${name} stands twice`, placeOf(obx, 3)).failure;
    }
    seen.add(name);
  }
  return null;
}

const placeOf = (segment: Segment, field: number): { location: string } => ({
  location: segment.place(field),
});

function microvoltsOf(message: Message, { name, obx }: LeadRow): Result<Float64Array> {
  const exponent = unitIn(obx, microvoltExponent);
  if (exponent === null) {
    return refuse('unit-unknown', `lead ${name} is in no unit of voltage`, placeOf(obx, 6));
  }
  const field = obx.field(5);
  const syntax: NumberSyntax = {
    separator: message.delimiters.component,
    exponent,
    gapsAllowed: false,
    symbols: NO_SYMBOLS,
  };
  const scanned = scanNumbers(message.bytes, field.start, field.end, syntax);
  if (scanned.ok) return scanned;
  const { code, detail } = scanned.failure;
  return refuse(code, `lead ${name}, ${detail}`, placeOf(obx, 5));
}

const NO_SYMBOLS: ReadonlyMap<string, number> = new Map();

/** Says at which row a fault of a lead stands, where the failure names the lead. */
function placed(why: Failure, rows: Rows): Result<Reading> {
  if (why.code === 'lead-missing' && rows.otherLeads[0]) {
    const place = placeOf(rows.otherLeads[0], 3);
    return refuse('lead-unknown', `${why.detail}, another lead is not known`, place);
  }
  const name = /^lead (\S+?),? /.exec(why.detail)?.[1];
  const row = rows.leads.find((one) => one.name === name);
  return refuse(why.code, why.detail, row ? placeOf(row.obx, 5) : {});
}

/** OBX-14 of the first lead, else OBR-7; without a zone of its own it has that of MSH-7. */
function acquiredOf(message: Message, rows: Rows): WrittenTime | null {
  const first = rows.leads[0];
  const texts = [
    first?.obx.field(14).component(1).text(),
    (first?.obr ?? message.segments.find(({ id }) => id === 'OBR'))?.field(7).component(1).text(),
  ];
  for (const text of texts) {
    const time = parseHl7Time(text ?? '');
    if (!time) continue;
    if (time.offsetMinutes !== null) return time;
    const zone = /[+-]\d{4}$/.exec(message.header.component(7, 1))?.[0];
    return { ...time, offsetMinutes: zone === undefined ? null : offsetMinutesOf(zone) };
  }
  return null;
}

function visitOf(message: Message): Reading['encounter'] {
  const pv1 = message.segments.find(({ id }) => id === 'PV1');
  return pv1 ? identifierOfCx(message, pv1.field(19)) : null;
}

/** The order that the EHR placed, else the number that the filler gave. */
function orderOf(message: Message, rows: Rows): Reading['order'] {
  const obr = rows.leads[0]?.obr;
  if (!obr) return null;
  return identifierOfEi(message, obr.field(2)) ?? identifierOfEi(message, obr.field(3));
}

const WITHDRAWN = new Set(['W', 'D', 'X']);
const UNFINISHED = new Set(['P', 'R', 'I', 'S', 'A', 'O', 'N']);

/** OBX-11 of every lead and OBR-25: withdrawn by one is withdrawn, corrected by one is corrected. */
function statusOf(rows: Rows): ReadingStatus {
  const ofLeads = rows.leads.map(({ obx }) => obx.field(11).text().toUpperCase());
  const ofOrder = rows.leads[0]?.obr?.field(25).text().toUpperCase() ?? '';
  const all = [...ofLeads, ofOrder];
  if (all.some((status) => WITHDRAWN.has(status))) return 'withdrawn';
  if (all.includes('C')) return 'corrected';
  const said = ofOrder === '' ? ofLeads : [ofOrder];
  return said.some((status) => UNFINISHED.has(status)) ? 'preliminary' : 'final';
}
