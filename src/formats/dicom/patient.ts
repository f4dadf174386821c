import {
  placeOf,
  type Identifier,
  type PatientIdentity,
  type Place,
} from '../../core/ecg/reading.js';
import { authorityOf, boundedText, identifierOf, sameIdentifier } from '../identity.js';
import type { DataSet } from './data-set.js';
import { TAG } from './tags.js';
import { characterSetsOf, itemsOf, textOf, wordsOf } from './values.js';

const OTHERS_MAX = 50;

/**
 * PatientID with its issuer. Without one it belongs to the institution that the object names, which
 * is who wrote it there; without that it is a bare number, and no identity.
 */
export function patientOf(set: DataSet): PatientIdentity | null {
  const sets = characterSetsOf(set);
  const main = patientIdIn(set, sets, wordsOf(set, TAG.institutionName, sets));
  if (!main) return null;
  const others = itemsOf(set, TAG.otherPatientIds)
    .slice(0, OTHERS_MAX)
    .flatMap((item) => patientIdIn(item, sets, '') ?? [])
    .filter((one) => !sameIdentifier(one, main));
  return Object.freeze({
    ...main,
    others: Object.freeze(others),
    name: nameOf(wordsOf(set, TAG.patientName, sets)),
  });
}

function patientIdIn(set: DataSet, sets: readonly string[], otherwise: string): Identifier | null {
  const issuer = wordsOf(set, TAG.patientIdIssuer, sets);
  const qualifiers = itemsOf(set, TAG.patientIdQualifiers)[0];
  const authority = qualifiers
    ? authorityOf(
        issuer,
        textOf(qualifiers, TAG.universalId),
        textOf(qualifiers, TAG.universalIdType),
      )
    : issuer;
  return identifierOf(authority || otherwise, wordsOf(set, TAG.patientId, sets));
}

/** The visit and the order: an admission or an accession number, and who gave it. */
export function encounterOf(set: DataSet): Identifier | null {
  return issuedBy(set, TAG.admissionId, TAG.admissionIssuer, TAG.admissionIssuerText);
}

export function orderOf(set: DataSet): Identifier | null {
  return issuedBy(set, TAG.accessionNumber, TAG.accessionIssuer, null);
}

/**
 * Where the patient is, as the order system says it (which may write all parts of PV1-3), else the
 * department that has the recorder.
 */
export function placeIn(set: DataSet): Place | null {
  const sets = characterSetsOf(set);
  const parts = wordsOf(set, TAG.patientLocation, sets).split('^');
  const part = (at: number): string | null => boundedText(parts[at] ?? '') || null;
  const words = (tag: number): string | null => boundedText(wordsOf(set, tag, sets)) || null;
  const [pointOfCare, room, bed] = [part(0) ?? words(TAG.departmentName), part(1), part(2)];
  // An institution alone is no place where anybody could be found.
  const isPlace = [pointOfCare, room, bed].some((one) => one !== null);
  const facility = isPlace ? (part(3) ?? words(TAG.institutionName)) : null;
  return placeOf({ pointOfCare, room, bed, facility });
}

function issuedBy(
  set: DataSet,
  tag: number,
  issuer: number,
  issuerText: number | null,
): Identifier | null {
  const sets = characterSetsOf(set);
  const item = itemsOf(set, issuer)[0];
  const authority = item
    ? authorityOf(
        wordsOf(item, TAG.localNamespace, sets),
        textOf(item, TAG.universalId),
        textOf(item, TAG.universalIdType),
      )
    : issuerText === null
      ? ''
      : wordsOf(set, issuerText, sets);
  const otherwise = wordsOf(set, TAG.institutionName, sets);
  return identifierOf(authority || otherwise, wordsOf(set, tag, sets));
}

/** `family^given^middle^prefix^suffix`, in up to three scripts with = between them. */
function nameOf(text: string): PatientIdentity['name'] {
  const script = text.split('=').find((one) => one.replace(/[\^\s]/g, '') !== '') ?? '';
  const [family = '', given = ''] = script.split('^').map((part) => boundedText(part));
  return family === '' && given === '' ? null : Object.freeze({ family, given });
}
