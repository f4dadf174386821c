import { createEcg, type EcgDevice, type LeadInput } from '../../core/ecg/ecg.js';
import { parseLead, type LeadName } from '../../core/ecg/lead.js';
import type { Reading, ReadingStatus, WrittenTime } from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { boundedText } from '../identity.js';
import { at, items, member, text, type Json } from '../json.js';
import { containedBy, pointedAt, subjectOf } from './references.js';
import { sampledFrom, type Sampled } from './sampled-data.js';

export const OBSERVATION_FORMAT = 'fhir-observation';

const MDC_SYSTEMS = new Set(['urn:oid:2.16.840.1.113883.6.24', 'urn:iso:std:iso:11073:10101']);
const COMPONENTS_MAX = 500;
const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

export interface ObservationHints {
  /** The server whose ids relative references are. */
  readonly serverBaseUrl?: string | null;
}

/** An R4 Observation (R5 accepted) with one SampledData component for each lead. */
export function decodeObservation(json: Json, hints: ObservationHints = {}): Result<Reading> {
  if (member(json, 'resourceType') !== 'Observation') {
    return refuse('no-ecg', 'the resource is no Observation', { location: 'resourceType' });
  }
  const read = leadsOf(json);
  if (!read.ok) return read;
  const { leads, sampleRateHz } = read.value;
  const serverBaseUrl = hints.serverBaseUrl ?? null;
  const subject = subjectOf(json, serverBaseUrl);
  const ecg = createEcg({
    leads,
    sampleRateHz,
    patient: { ageYears: null, sex: subject.sex },
    device: deviceOf(json),
  });
  if (!ecg.ok) return ecg;
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: OBSERVATION_FORMAT,
      patient: subject.identity,
      encounter: pointedAt(member(json, 'encounter'), 'Encounter', serverBaseUrl),
      order: pointedAt(at(json, 'basedOn', 0), 'ServiceRequest', serverBaseUrl),
      acquired: acquiredOf(json),
      birthDate: subject.birthDate,
      status: statusOf(text(member(json, 'status'))),
      vendorStatements: Object.freeze(statementsOf(json)),
      vendorMeasurements: null,
    }),
  );
}

interface Leads {
  readonly leads: readonly LeadInput[];
  readonly sampleRateHz: number;
}

function leadsOf(json: Json): Result<Leads> {
  const components = items(member(json, 'component'));
  if (components.length > COMPONENTS_MAX) {
    return refuse('encoding-broken', `more than ${COMPONENTS_MAX} components`);
  }
  const leads: LeadInput[] = [];
  let sampleRateHz: number | null = null;
  let unknown: string | null = null;
  for (const [index, component] of components.entries()) {
    const data = member(component, 'valueSampledData');
    if (data === undefined) continue;
    const place = `component[${index}]`;
    const name = leadIn(member(component, 'code'));
    if (!name) {
      unknown ??= `${place}.code`;
      continue;
    }
    const sampled = sampledFrom(data, `${place}.valueSampledData`);
    if (!sampled.ok) return sampled;
    const differing = differenceFrom(leads[0], sampleRateHz, name, sampled.value);
    if (differing) return refuse(...differing, { location: `${place}.valueSampledData` });
    if (leads.some((lead) => lead.name === name)) {
      return refuse('lead-doubled', `lead ${name} stands twice`, { location: `${place}.code` });
    }
    sampleRateHz ??= sampled.value.sampleRateHz;
    leads.push({ name, microvolts: sampled.value.microvolts });
  }
  if (sampleRateHz === null) return refuseWithoutLeads(json, unknown);
  return ok({ leads, sampleRateHz });
}

function differenceFrom(
  first: LeadInput | undefined,
  sampleRateHz: number | null,
  name: LeadName,
  sampled: Sampled,
): ['sample-rate-invalid' | 'sample-count-differs', string] | null {
  if (sampleRateHz !== null && sampled.sampleRateHz !== sampleRateHz) {
    return ['sample-rate-invalid', 'the leads have different sample rates'];
  }
  const expected = first?.microvolts.length ?? sampled.microvolts.length;
  const { length } = sampled.microvolts;
  if (length === expected) return null;
  return ['sample-count-differs', `lead ${name} has ${length} samples, not ${expected}`];
}

function refuseWithoutLeads(json: Json, unknown: string | null): Result<Leads> {
  if (unknown !== null) {
    return refuse('lead-unknown', 'the component does not say which of the twelve leads it is', {
      location: unknown,
    });
  }
  if (member(json, 'valueSampledData') !== undefined) {
    return refuse('encoding-unknown', 'samples outside of components are not read', {
      location: 'valueSampledData',
    });
  }
  return refuse('no-ecg', 'the Observation carries no waveform');
}

/** An MDC code counts first, then any code or display that names a lead, then the text. */
function leadIn(code: Json): LeadName | null {
  const codings = items(member(code, 'coding')).slice(0, 10);
  const mdc = codings.find((coding) => MDC_SYSTEMS.has(text(member(coding, 'system'))));
  if (mdc !== undefined) return parseLead(text(member(mdc, 'code')));
  const words = [
    ...codings.map((coding) => member(coding, 'code')),
    ...codings.map((coding) => member(coding, 'display')),
    member(code, 'text'),
  ];
  for (const word of words) {
    const lead = parseLead(text(word).slice(0, 100));
    if (lead) return lead;
  }
  return null;
}

function acquiredOf(json: Json): WrittenTime | null {
  const written = [
    member(json, 'effectiveDateTime'),
    member(json, 'effectiveInstant'),
    at(json, 'effectivePeriod', 'start'),
  ];
  for (const one of written) {
    const time = parseIsoTime(text(one));
    if (time) return time;
  }
  return null;
}

function statusOf(status: string): ReadingStatus {
  switch (status) {
    case 'amended':
    case 'corrected':
    case 'appended':
      return 'corrected';
    case 'entered-in-error':
    case 'cancelled':
      return 'withdrawn';
    case 'final':
      return 'final';
    default:
      return 'preliminary';
  }
}

function deviceOf(json: Json): Partial<EcgDevice> | null {
  const reference = member(json, 'device');
  const device = containedBy(json, reference);
  const bounded = (value: Json): string | null => boundedText(text(value), 100) || null;
  const model =
    bounded(at(device, 'deviceName', 0, 'name')) ??
    bounded(member(device, 'modelNumber')) ??
    bounded(member(reference, 'display'));
  const manufacturer = bounded(member(device, 'manufacturer'));
  const serialNumber = bounded(member(device, 'serialNumber'));
  if (model === null && manufacturer === null && serialNumber === null) return null;
  return { model, manufacturer, serialNumber };
}

/** What the recorder says in words: interpretation and notes. */
function statementsOf(json: Json): string[] {
  const words = [
    ...items(member(json, 'interpretation')).map((one) => member(one, 'text')),
    ...items(member(json, 'note')).map((one) => member(one, 'text')),
  ];
  return words
    .slice(0, STATEMENTS_MAX)
    .map((one) => boundedText(text(one), STATEMENT_CHARS_MAX))
    .filter((one) => one !== '');
}
