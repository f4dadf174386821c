import type { Identifier, Reading } from '../../core/ecg/reading.js';
import { emitItems, emitText, emitTextIf, type Emitted } from './emit.js';
import { TAG } from './tags.js';

const SHORT_TEXT_CHARS_MAX = 64;

export function patientElements(reading: Reading): Emitted[] {
  const { patient, encounter, order, birthDate } = reading;
  const { ageYears, sex } = reading.ecg.patient;
  const name = patient?.name;
  return [
    ...emitTextIf(TAG.patientName, 'PN', name ? personName(name.family, name.given) : null),
    ...(patient ? patientId(patient) : []),
    ...(patient && patient.others.length > 0
      ? [emitItems(TAG.otherPatientIds, patient.others.map(patientId))]
      : []),
    ...emitTextIf(TAG.birthDate, 'DA', birthDate?.replaceAll('-', '') ?? null),
    ...emitTextIf(TAG.sex, 'CS', sex === null ? null : sex === 'male' ? 'M' : 'F'),
    ...emitTextIf(TAG.age, 'AS', ageYears === null ? null : `${ageText(ageYears)}Y`),
    ...(encounter ? issued(encounter, TAG.admissionId, 'LO', TAG.admissionIssuer) : []),
    ...(order ? issued(order, TAG.accessionNumber, 'SH', TAG.accessionIssuer) : []),
  ];
}

function ageText(ageYears: number): string {
  return `${Math.floor(ageYears)}`.padStart(3, '0');
}

/** The signs that divide a name cannot stand in it. */
function personName(family: string, given: string): string {
  const plain = (part: string): string => part.replace(/[\^=\\]/g, ' ').trim();
  return `${plain(family)}^${plain(given)}`;
}

function patientId({ authority, value }: Identifier): Emitted[] {
  const { namespace, universal } = writtenAuthority(authority);
  return [
    emitText(TAG.patientId, 'LO', value),
    ...emitTextIf(TAG.patientIdIssuer, 'LO', namespace),
    ...(universal ? [emitItems(TAG.patientIdQualifiers, [universal])] : []),
  ];
}

function issued(
  { authority, value }: Identifier,
  tag: number,
  representation: string,
  issuer: number,
): Emitted[] {
  const { namespace, universal } = writtenAuthority(authority);
  return [
    emitText(tag, representation, value),
    emitItems(issuer, [universal ?? emitTextIf(TAG.localNamespace, 'UT', namespace)]),
  ];
}

interface WrittenAuthority {
  readonly namespace: string | null;
  readonly universal: Emitted[] | null;
}

/** An object identifier, a UUID or an address goes as what it is, a name as a name. */
function writtenAuthority(authority: string): WrittenAuthority {
  const universal = (id: string, type: string): WrittenAuthority => ({
    namespace: null,
    universal: [emitText(TAG.universalId, 'UT', id), emitText(TAG.universalIdType, 'CS', type)],
  });
  if (authority.startsWith('urn:oid:')) return universal(authority.slice(8), 'ISO');
  if (authority.startsWith('urn:uuid:')) return universal(authority.slice(9), 'UUID');
  const isName = !/[\\:]/.test(authority) && authority.length <= SHORT_TEXT_CHARS_MAX;
  return isName ? { namespace: authority, universal: null } : universal(authority, 'URI');
}
