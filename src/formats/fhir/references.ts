import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { boundedText, identifierOf, sameIdentifier } from '../identity.js';
import { at, items, member, text, type Json } from '../json.js';
import type { Subject } from '../subject.js';

/** Whose ids the relative references of a resource are, where the door does not know the server. */
export const UNNAMED_FHIR_SERVER = 'urn:leadwire:fhir-reference';

const IDENTIFIERS_MAX = 20;

/**
 * Who the patient is: `subject.identifier` where the sender says it, for it is the number that HL7
 * v2 carries too; else the reference, whose authority is the server that gives out its ids.
 */
export function subjectOf(
  resource: Json,
  serverBaseUrl: string | null,
  patient: Json = containedBy(resource, member(resource, 'subject')),
): Subject {
  const subject = member(resource, 'subject');
  const contained = member(patient, 'resourceType') === 'Patient' ? patient : undefined;
  const found = [
    ...identifiersIn(member(subject, 'identifier')),
    ...items(member(contained, 'identifier')).slice(0, IDENTIFIERS_MAX).flatMap(identifiersIn),
    ...identifierIn(subject, 'Patient', serverBaseUrl),
  ];
  const main = medicalRecordNumber(member(contained, 'identifier')) ?? found[0];
  const gender = member(contained, 'gender');
  const birthDate = text(member(contained, 'birthDate'));
  return {
    identity: main ? identityOf(main, found, contained) : null,
    birthDate: /^\d{4}(-\d{2}(-\d{2})?)?$/.test(birthDate) ? birthDate : null,
    sex: gender === 'male' || gender === 'female' ? gender : null,
  };
}

function identityOf(
  main: Identifier,
  found: readonly Identifier[],
  contained: Json,
): PatientIdentity {
  const family = boundedText(text(at(contained, 'name', 0, 'family')));
  const given = boundedText(text(at(contained, 'name', 0, 'given', 0)));
  return Object.freeze({
    ...main,
    others: Object.freeze(found.filter((one) => !sameIdentifier(one, main))),
    name: family === '' && given === '' ? null : Object.freeze({ family, given }),
  });
}

/** Of a contained patient with several numbers, the one that is typed MR. */
function medicalRecordNumber(identifiers: Json): Identifier | undefined {
  const typed = items(identifiers)
    .slice(0, IDENTIFIERS_MAX)
    .find((one) => items(at(one, 'type', 'coding')).some((code) => member(code, 'code') === 'MR'));
  return identifiersIn(typed)[0];
}

/** An encounter, an order or any other resource that is pointed at. */
export function pointedAt(
  reference: Json,
  type: string,
  serverBaseUrl: string | null,
): Identifier | null {
  const named = identifiersIn(member(reference, 'identifier'));
  return named[0] ?? identifierIn(reference, type, serverBaseUrl)[0] ?? null;
}

function identifiersIn(identifier: Json): Identifier[] {
  const system = text(member(identifier, 'system')) || text(at(identifier, 'assigner', 'display'));
  const found = identifierOf(system, text(member(identifier, 'value')));
  return found ? [found] : [];
}

/** `Patient/5`, or the same behind the address of its server, with or without a version. */
function identifierIn(reference: Json, type: string, serverBaseUrl: string | null): Identifier[] {
  const match =
    /^(?:(https?:\/\/.+)\/)?([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.+)?$/.exec(
      text(member(reference, 'reference')).slice(0, 1000),
    );
  if (match?.[2] !== type) return [];
  const base = match[1] ?? serverBaseUrl?.replace(/\/+$/, '') ?? UNNAMED_FHIR_SERVER;
  const found = identifierOf(base, match[3] ?? '');
  return found ? [found] : [];
}

/** The resource inside this one that `#id` points at. */
export function containedBy(resource: Json, reference: Json): Json {
  const id = text(member(reference, 'reference'));
  if (!id.startsWith('#')) return undefined;
  return items(member(resource, 'contained')).find((one) => member(one, 'id') === id.slice(1));
}
