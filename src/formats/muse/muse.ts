import { createEcg, type EcgDevice } from '../../core/ecg/ecg.js';
import type { Identifier, Reading, ReadingStatus, WrittenTime } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { civilTime } from '../calendar.js';
import { sortChannels } from '../channels.js';
import type { FileFormat } from '../format.js';
import { boundedText } from '../identity.js';
import { decodeXml } from '../xml/read.js';
import { xmlRootOf } from '../xml/root.js';
import { childOf, textOf, type XmlElement } from '../xml/tree.js';
import { measurementsOf, statementsOf } from './findings.js';
import { identifierAt, parseMuseDate, placeIn, subjectOf } from './subject.js';
import { rhythmOf } from './waveform.js';

/** What GE's MUSE system and its carts export. */
export const MUSE_XML: FileFormat = {
  name: 'ge-muse-xml',
  recognises: (bytes) => xmlRootOf(bytes) === 'RestingECG',
  decode: decodeMuseXml,
};

export function decodeMuseXml(bytes: Uint8Array): Result<Reading> {
  const document = decodeXml(bytes);
  if (!document.ok) return document;
  const root = document.value;
  if (root.name !== 'RestingECG') return refuse('no-ecg', 'the document is no RestingECG');
  const rhythm = rhythmOf(root);
  if (!rhythm.ok) return rhythm;
  const { channels, sampleRateHz, partial, filters } = rhythm.value;
  const subject = subjectOf(root);
  const place = placeIn(root);
  const ecg = createEcg({
    ...sortChannels(channels),
    sampleRateHz,
    partial,
    patient: subject.patient,
    device: deviceOf(root),
    filters,
  });
  if (!ecg.ok) return ecg;
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: MUSE_XML.name,
      patient: subject.identity,
      encounter: ordered(root, ['VisitNumber', 'AdmissionID']),
      order: ordered(root, ['OrderNumber', 'HISOrderNumber']),
      ...(place ? { place } : {}),
      acquired: acquiredOf(root),
      birthDate: subject.birthDate,
      status: statusOf(textOf(childOf(root, 'TestDemographics', 'Status'))),
      vendorStatements: statementsOf(root),
      vendorMeasurements: measurementsOf(root),
    }),
  );
}

/** The first of these numbers that the order, else the test, has. */
function ordered(root: XmlElement, names: readonly string[]): Identifier | null {
  for (const name of names) {
    for (const where of ['Order', 'TestDemographics']) {
      const found = identifierAt(root, textOf(childOf(root, where, name)));
      if (found) return found;
    }
  }
  return null;
}

/** A wall clock without a zone. */
function acquiredOf(root: XmlElement): WrittenTime | null {
  const test = childOf(root, 'TestDemographics');
  const date = parseMuseDate(textOf(childOf(test, 'AcquisitionDate')));
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(textOf(childOf(test, 'AcquisitionTime')));
  return time ? civilTime(date, time[1] ?? '', time[2] ?? '', time[3] ?? '00') : null;
}

/** What a person has confirmed is final; a file that says nothing is taken as it is. */
function statusOf(status: string): ReadingStatus {
  const word = status.toUpperCase();
  return word === '' || word === 'CONFIRMED' ? 'final' : 'preliminary';
}

const DEVICE_CHARS_MAX = 100;

function deviceOf(root: XmlElement): Partial<EcgDevice> | null {
  const bounded = (...path: readonly string[]): string | null =>
    boundedText(textOf(childOf(root, ...path)), DEVICE_CHARS_MAX) || null;
  const model = bounded('TestDemographics', 'AcquisitionDevice');
  const serialNumber = bounded('PharmaData', 'PharmaCartID');
  if (model === null && serialNumber === null) return null;
  return { model, serialNumber };
}
