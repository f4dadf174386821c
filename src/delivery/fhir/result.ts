import { tokenQuery } from '../../wire/fhir/reference.js';
import type { FhirResource, TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { EVERYTHING, type Carrier, type Taken } from './carrier.js';
import { SYSTEMS } from './codes.js';
import { deviceEntry } from './device.js';
import { sourceOf, type Parties, type ResultForm } from './form.js';
import { measurementEntries } from './measurements.js';
import {
  partNumber,
  toDiagnosticReport,
  toResultDocument,
  toResultObservation,
} from './other-carriers.js';
import { pictureEntry } from './picture.js';
import { provenanceEntry } from './provenance.js';
import { toRiskAssessment, type Told } from './risk.js';
import { DEVICE_URN, RESULT_URN } from './urns.js';

/**
 * What is written for a result, in the order in which each can be written alone. Every entry is
 * conditional on our own identifier, so that the same Bundle sent again adds nothing. What the server
 * does not take is left out; the result itself goes into the fittest that it takes.
 */
export function toResultEntries(
  order: Order,
  parties: Parties,
  form: ResultForm,
  taken: Taken = EVERYTHING,
  picture: Uint8Array | null = null,
): readonly TransactionEntry[] {
  const { carrier, takes } = taken;
  if (carrier === null) return [];
  const makesDevice = parties.device === null && takes('Device');
  const device = parties.device ?? (makesDevice ? { reference: DEVICE_URN } : null);
  const named = { ...parties, device };
  const measured = takes('Observation') ? measurementEntries(order, named, form) : [];
  const drawn =
    picture && form.picture !== 'off' && takes(form.picture)
      ? [pictureEntry(order, named, form, picture)]
      : [];
  const told: Told = {
    order,
    parties: named,
    form,
    evidence: [sourceOf(order), ...[...measured, ...drawn].map(referenceTo)],
    measured: measured.map(referenceTo),
    media: form.picture === 'Media' ? (drawn.map(referenceTo)[0] ?? null) : null,
  };
  const result = resultEntry(told, carrier);
  const targets = [result, ...measured, ...drawn].map(referenceTo);
  return [
    ...(makesDevice ? [deviceEntry(order.assessment, form)] : []),
    ...measured,
    ...drawn,
    result,
    ...(device && takes('Provenance') ? [provenanceEntry(order, device, targets, form)] : []),
  ];
}

function referenceTo({ fullUrl }: TransactionEntry): { readonly reference: string } {
  return { reference: fullUrl };
}

function resultEntry(told: Told, carrier: Carrier): TransactionEntry {
  const { system, value } = resultNumber(told.order, carrier);
  return {
    fullUrl: RESULT_URN,
    resource: BUILDERS[carrier](told),
    ifNoneExist: tokenQuery('identifier', system, value),
  };
}

const BUILDERS: Readonly<Record<Carrier, (told: Told) => FhirResource>> = {
  RiskAssessment: toRiskAssessment,
  DiagnosticReport: toDiagnosticReport,
  Observation: toResultObservation,
  DocumentReference: toResultDocument,
};

/** By which a result is found again among all of its type. */
export function resultNumber(
  order: Order,
  carrier: Carrier,
): { readonly system: string; readonly value: string } {
  return carrier === 'RiskAssessment' || carrier === 'DiagnosticReport'
    ? { system: SYSTEMS.assessment, value: order.assessmentId }
    : { system: SYSTEMS.part, value: partNumber(order, 'result') };
}
