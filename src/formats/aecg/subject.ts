import type { EcgPatient } from '../../core/ecg/ecg.js';
import { ECG_LIMITS } from '../../core/ecg/ecg.js';
import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { civilDate } from '../calendar.js';
import { parseDecimal } from '../decimal.js';
import { authorityOf, boundedText, identifierOf, sameIdentifier } from '../identity.js';
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from '../xml/tree.js';

/** Whose a number is that stands in the document without an authority. */
export const UNNAMED_AECG_AUTHORITY = 'urn:leadwire:hl7-aecg';
/** What is written where nobody knows the number: all who have it would be one patient. */
const PLACEHOLDER = /^(\?+|-+|unk|unknown|na|n\/a)$/i;
/** The system of what is unique all by itself. */
const URIS = 'urn:ietf:rfc:3986';
const IDENTIFIERS_MAX = 20;
const REPORTED_AGE = '21612-7';

export interface Subject {
  readonly identity: PatientIdentity | null;
  readonly birthDate: string | null;
  readonly patient: EcgPatient;
}

/** The trial subject: in a hospital's hands, the patient. */
export function subjectOf(root: XmlElement): Subject {
  const subject = childOf(
    root,
    ...['componentOf', 'timepointEvent', 'componentOf', 'subjectAssignment'],
    ...['subject', 'trialSubject'],
  );
  const person = childOf(subject, 'subjectDemographicPerson');
  const found = [
    ...childrenIn(subject, 'id').slice(0, IDENTIFIERS_MAX).flatMap(identifierIn),
    // Some carts put the number of the patient where the standard has no place for it.
    ...plainIdentifier(textOf(childOf(person, 'PatientID'))),
  ];
  const [main] = found;
  const gender = attributeOf(childOf(person, 'administrativeGenderCode'), 'code')?.toUpperCase();
  return {
    identity: main ? identityOf(main, found, childOf(person, 'name')) : null,
    birthDate: birthDateOf(attributeOf(childOf(person, 'birthTime'), 'value') ?? ''),
    patient: {
      ageYears: reportedAge(root),
      sex: gender === 'M' ? 'male' : gender === 'F' ? 'female' : null,
    },
  };
}

const childrenIn = (element: XmlElement | null, name: string): readonly XmlElement[] =>
  element ? childrenOf(element, name) : [];

/** II: a root that says whose number the extension is, or is the number all by itself. */
function identifierIn(id: XmlElement): Identifier[] {
  const root = attributeOf(id, 'root') ?? '';
  const extension = attributeOf(id, 'extension') ?? '';
  if (PLACEHOLDER.test(extension)) return [];
  const uri = uriOf(root);
  if (extension === '') {
    const found = uri === '' ? null : identifierOf(URIS, uri);
    return found ? [found] : [];
  }
  const whose = uri || (attributeOf(id, 'assigningAuthorityName') ?? '');
  const found = identifierOf(whose || UNNAMED_AECG_AUTHORITY, extension);
  return found ? [found] : [];
}

function plainIdentifier(value: string): Identifier[] {
  if (PLACEHOLDER.test(value)) return [];
  const found = identifierOf(UNNAMED_AECG_AUTHORITY, value);
  return found ? [found] : [];
}

function uriOf(root: string): string {
  if (/^\d+(\.\d+)+$/.test(root)) return authorityOf('', root, 'ISO');
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(root))
    return authorityOf('', root, 'UUID');
  return root;
}

function identityOf(
  main: Identifier,
  found: readonly Identifier[],
  name: XmlElement | null,
): PatientIdentity {
  const part = (which: string): string => boundedText(textOf(childOf(name, which)));
  const given = part('given');
  // A name without parts is what the site wrote in one piece, often initials.
  const family = part('family') || boundedText(textOf(name));
  return Object.freeze({
    ...main,
    others: Object.freeze(found.filter((one) => !sameIdentifier(one, main))),
    name: family === '' && given === '' ? null : Object.freeze({ family, given }),
  });
}

/** `YYYY[MM[DD]]`, as far as it is written. */
function birthDateOf(text: string): string | null {
  const match = /^(\d{4})(?:(\d{2})(\d{2})?)?/.exec(text);
  if (!match) return null;
  const [, year = '', month, day] = match;
  const whole = civilDate(year, month ?? '01', day ?? '01');
  return whole?.slice(0, day ? 10 : month ? 7 : 4) ?? null;
}

/** An age beyond any life stands for one that is hidden or not known. */
function reportedAge(root: XmlElement): number | null {
  for (const variable of childrenOf(root, 'controlVariable')) {
    const observation = childOf(variable, 'relatedObservation');
    if (attributeOf(childOf(observation, 'code'), 'code') !== REPORTED_AGE) continue;
    const value = childOf(observation, 'value');
    const age = parseDecimal(attributeOf(value, 'value') ?? '');
    const inYears = attributeOf(value, 'unit') === 'a';
    if (age !== null && inYears && age >= 0 && age <= ECG_LIMITS.ageYearsMax)
      return Math.floor(age);
  }
  return null;
}
