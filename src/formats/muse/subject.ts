import type { EcgPatient } from '../../core/ecg/ecg.js';
import {
  placeOf,
  type Identifier,
  type PatientIdentity,
  type Place,
} from '../../core/ecg/reading.js';
import { parseAge } from '../age.js';
import { civilDate } from '../calendar.js';
import { boundedText, identifierOf } from '../identity.js';
import { childOf, textOf, type XmlElement } from '../xml/tree.js';

/** Whose numbers stand in a file that names no site: the nearest to an authority that MUSE has. */
export const UNNAMED_MUSE_SITE = 'urn:leadwire:ge-muse';
export const NUMBERED_SITE = `${UNNAMED_MUSE_SITE}:site:`;

export interface Subject {
  readonly identity: PatientIdentity | null;
  readonly birthDate: string | null;
  readonly patient: EcgPatient;
}

export function subjectOf(root: XmlElement): Subject {
  const person = childOf(root, 'PatientDemographics');
  const text = (name: string): string => textOf(childOf(person, name));
  const gender = text('Gender').toUpperCase();
  return {
    identity: identityOf(root, text),
    birthDate: parseMuseDate(text('DateofBirth')),
    patient: {
      ageYears: parseAge(text('PatientAge'), text('AgeUnits')),
      sex: /^M(ALE)?$/.test(gender) ? 'male' : /^F(EMALE)?$/.test(gender) ? 'female' : null,
    },
  };
}

function identityOf(root: XmlElement, text: (name: string) => string): PatientIdentity | null {
  const main = identifierAt(root, text('PatientID'));
  if (!main) return null;
  const second = identifierAt(root, textOf(childOf(root, 'TestDemographics', 'SecondaryID')));
  const family = boundedText(text('PatientLastName'));
  const given = boundedText(text('PatientFirstName'));
  return Object.freeze({
    ...main,
    others: Object.freeze(second && second.value !== main.value ? [second] : []),
    name: family === '' && given === '' ? null : Object.freeze({ family, given }),
  });
}

/** Where it was recorded: a location by name, else by its number in MUSE; nought stands for none. */
export function placeIn(root: XmlElement): Place | null {
  const test = childOf(root, 'TestDemographics');
  const text = (name: string): string | null => boundedText(textOf(childOf(test, name))) || null;
  const number = text('Location');
  const pointOfCare = text('LocationName') ?? (number === '0' ? null : number);
  const room = text('RoomID');
  // A site alone is no place where anybody could be found.
  const facility = pointOfCare === null && room === null ? null : text('SiteName');
  return placeOf({ pointOfCare, room, bed: null, facility });
}

/** A number with the site of the MUSE system, by name or else by the number that it has there. */
export function identifierAt(root: XmlElement, value: string): Identifier | null {
  const site = (name: string): string => textOf(childOf(root, 'TestDemographics', name));
  const numbered = site('Site') === '' ? UNNAMED_MUSE_SITE : `${NUMBERED_SITE}${site('Site')}`;
  return identifierOf(site('SiteName') || numbered, value);
}

/** `MM-DD-YYYY`, and the year first where a site has set it so. */
export function parseMuseDate(text: string): string | null {
  const monthFirst = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/.exec(text);
  if (monthFirst) return civilDate(monthFirst[3] ?? '', monthFirst[1] ?? '', monthFirst[2] ?? '');
  const yearFirst = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(text);
  if (yearFirst) return civilDate(yearFirst[1] ?? '', yearFirst[2] ?? '', yearFirst[3] ?? '');
  return null;
}
