import { ECG_LIMITS, type EcgPatient } from '../../core/ecg/ecg.js';
import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { civilDate } from '../calendar.js';
import { boundedText, identifierOf, sameIdentifier } from '../identity.js';
import { childOf, textOf, type XmlElement } from '../xml/tree.js';
import { numberIn } from './waveforms.js';

/**
 * The schema has no place for who gave out a number. The institution is the nearest: a facility is
 * a house of it, and its number (often just 1) says less than its name.
 */
const AUTHORITIES = [
  'institutionname',
  'institutionid',
  'facilityname',
  'facilityid',
  'institutionlocationname',
  'institutionlocationid',
] as const;

/** What a recorder writes where it knows no number: all who have it would be one patient. */
const PLACEHOLDER = /^(-+|unknown)$/i;

export function authorityIn(root: XmlElement): string {
  const acquirer = childOf(root, 'dataacquisition', 'acquirer');
  for (const name of AUTHORITIES) {
    const text = textOf(childOf(acquirer, name));
    if (text !== '') return text;
  }
  return '';
}

/** By the medical record number where it is given, since a cart may make up the other one. */
export function identityOf(root: XmlElement): PatientIdentity | null {
  const person = childOf(root, 'patient', 'generalpatientdata');
  const authority = authorityIn(root);
  const [first, ...others] = ['MRN', 'patientid', 'secondaryid']
    .map((name) => textOf(childOf(person, name)))
    .map((number) => (PLACEHOLDER.test(number) ? null : identifierOf(authority, number)))
    .filter((one): one is Identifier => one !== null);
  if (!first) return null;
  return Object.freeze({
    ...first,
    others: Object.freeze(others.filter((one) => !sameIdentifier(one, first))),
    name: nameOf(childOf(person, 'name')),
  });
}

function nameOf(name: XmlElement | null): PatientIdentity['name'] {
  const family = boundedText(textOf(childOf(name, 'lastname')));
  const given = boundedText(textOf(childOf(name, 'firstname')));
  return family === '' && given === '' ? null : Object.freeze({ family, given });
}

/** `defaultage` is what the program assumed of somebody whose age it did not know: it is no age. */
export function ageAndSexOf(root: XmlElement): Partial<EcgPatient> {
  const person = childOf(root, 'patient', 'generalpatientdata');
  const years = ageYearsIn(childOf(person, 'age'));
  const sex = textOf(childOf(person, 'sex')).toLowerCase();
  return {
    ageYears: years !== null && years <= ECG_LIMITS.ageYearsMax ? years : null,
    sex: sex === 'male' || sex === 'female' ? sex : null,
  };
}

const PER_YEAR: readonly (readonly [element: string, perYear: number])[] = [
  ['years', 1],
  ['months', 12],
  ['weeks', 52.18],
  ['days', 365.25],
  ['hours', 8766],
  ['minutes', 525_960],
];

function ageYearsIn(age: XmlElement | null): number | null {
  for (const [element, perYear] of PER_YEAR) {
    const value = numberIn(textOf(childOf(age, element)));
    if (value !== null && value >= 0) return Math.floor(value / perYear);
  }
  return null;
}

export function birthDateIn(root: XmlElement): string | null {
  const date = textOf(childOf(root, 'patient', 'generalpatientdata', 'age', 'dateofbirth'));
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})/.exec(date) ?? [];
  return civilDate(year, month, day);
}
