import { createEcg, type EcgDevice } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { readingIn } from '../envelope.js';
import { boundedText } from '../identity.js';
import { at, items, member, text, type Json } from '../json.js';
import type { Context } from './context.js';
import { COMPONENTS_MAX, envelopeOf } from './envelope.js';
import { leadsIn, type LeadElement } from './leads.js';

export const OBSERVATION_FORMAT = 'fhir-observation';

/** An R4 Observation (R5 accepted) with one SampledData component for each lead. */
export function decodeObservation(resource: Json, context: Context): Result<Reading> {
  const components = items(member(resource, 'component'));
  if (components.length > COMPONENTS_MAX) {
    return refuse('encoding-broken', `more than ${COMPONENTS_MAX} components`);
  }
  const elements = components.map((element, i) => ({ element, place: `component[${i}]` }));
  return decodeLeads(resource, elements, context);
}

/** The leads wherever they stand, and what the resource above them says. */
export function decodeLeads(
  resource: Json,
  elements: readonly LeadElement[],
  context: Context,
): Result<Reading> {
  const read = leadsIn(elements, context);
  if (!read.ok) return read;
  if (read.value === null) return refuseWithoutLeads(resource);
  const envelope = envelopeOf(resource, context);
  const ecg = createEcg({
    ...read.value,
    patient: { ageYears: null, sex: envelope.subject.sex },
    device: deviceOf(resource, context),
  });
  return ecg.ok ? ok(readingIn(withStatus(envelope), OBSERVATION_FORMAT, ecg.value)) : ecg;
}

/** FHIR demands a status; without one nothing is final. */
const withStatus = <T extends { readonly status: Reading['status'] | null }>(envelope: T): T => ({
  ...envelope,
  status: envelope.status ?? 'preliminary',
});

function refuseWithoutLeads(resource: Json): Result<Reading> {
  if (member(resource, 'valueSampledData') !== undefined) {
    return refuse('encoding-unknown', 'samples outside of components are not read', {
      location: 'valueSampledData',
    });
  }
  return refuse('no-ecg', 'the Observation carries no waveform');
}

function deviceOf(resource: Json, { referred }: Context): Partial<EcgDevice> | null {
  const reference = member(resource, 'device');
  const device = referred(resource, reference);
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
