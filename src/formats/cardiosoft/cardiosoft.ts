import { createEcg, type AcquisitionFilters, type EcgDevice } from '../../core/ecg/ecg.js';
import {
  vendorMeasurements,
  type PatientIdentity,
  type Reading,
  type VendorMeasurements,
  type WrittenTime,
} from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { parseAge } from '../age.js';
import { civilDate, civilTime } from '../calendar.js';
import { sortChannels } from '../channels.js';
import { parseDecimal } from '../decimal.js';
import type { FileFormat } from '../format.js';
import { boundedText, identifierOf } from '../identity.js';
import { boundedStatements } from '../statements.js';
import { decodeXml } from '../xml/read.js';
import { xmlRootOf } from '../xml/root.js';
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from '../xml/tree.js';
import { stripOf } from './strip.js';

/** What GE's CardioSoft and CASE export. */
export const CARDIOSOFT_XML: FileFormat = {
  name: 'ge-cardiosoft-xml',
  recognises: (bytes) => xmlRootOf(bytes) === 'CardiologyXML',
  decode: decodeCardioSoftXml,
};

/** Whose numbers stand in a file that names no facility. */
export const UNNAMED_CARDIOSOFT_FACILITY = 'urn:leadwire:ge-cardiosoft';

export function decodeCardioSoftXml(bytes: Uint8Array): Result<Reading> {
  const document = decodeXml(bytes);
  if (!document.ok) return document;
  const root = document.value;
  if (root.name !== 'CardiologyXML') return refuse('no-ecg', 'the document is no CardiologyXML');
  const strip = stripOf(root);
  if (!strip.ok) return strip;
  const person = childOf(root, 'PatientInfo');
  const age = childOf(person, 'Age');
  const gender = textOf(childOf(person, 'Gender')).toUpperCase();
  const ecg = createEcg({
    ...sortChannels(strip.value.channels),
    sampleRateHz: strip.value.sampleRateHz,
    patient: {
      ageYears: parseAge(textOf(age), attributeOf(age, 'units') ?? ''),
      sex: /^M(ALE)?$/.test(gender) ? 'male' : /^F(EMALE)?$/.test(gender) ? 'female' : null,
    },
    device: deviceOf(root),
    filters: filtersOf(root),
  });
  if (!ecg.ok) return ecg;
  const whose = authorityIn(root);
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: CARDIOSOFT_XML.name,
      patient: identityOf(person, whose),
      encounter: null,
      order: identifierOf(whose, textOf(childOf(root, 'PatientVisit', 'OrderNumber'))),
      acquired: acquiredOf(root),
      birthDate: dateIn(childOf(person, 'BirthDateTime')),
      status: 'final' as const,
      vendorStatements: statementsOf(root),
      vendorMeasurements: measurementsOf(root),
    }),
  );
}

/** The facility that the examination was for: CardioSoft itself knows no authorities. */
function authorityIn(root: XmlElement): string {
  const visit = childOf(root, 'PatientVisit');
  return (
    textOf(childOf(visit, 'ServicingFacility', 'Name')) ||
    textOf(childOf(visit, 'AssignedPatientLocation', 'Facility')) ||
    UNNAMED_CARDIOSOFT_FACILITY
  );
}

function identityOf(person: XmlElement | null, whose: string): PatientIdentity | null {
  const main = identifierOf(whose, textOf(childOf(person, 'PID')));
  if (!main) return null;
  const name = childOf(person, 'Name');
  const family = boundedText(textOf(childOf(name, 'FamilyName')));
  const given = boundedText(textOf(childOf(name, 'GivenName')));
  return Object.freeze({
    ...main,
    others: Object.freeze([]),
    name: family === '' && given === '' ? null : Object.freeze({ family, given }),
  });
}

function dateIn(element: XmlElement | null): string | null {
  const [year = '', month = '', day = ''] = partsIn(element, ['Year', 'Month', 'Day']);
  return civilDate(year, month, day);
}

/** A wall clock without a zone. */
function acquiredOf(root: XmlElement): WrittenTime | null {
  const element = childOf(root, 'ObservationDateTime');
  const [hour = '', minute = '', second = ''] = partsIn(element, ['Hour', 'Minute', 'Second']);
  return civilTime(dateIn(element), hour, minute, second);
}

const partsIn = (element: XmlElement | null, names: readonly string[]): string[] =>
  names.map((name) => textOf(childOf(element, name)));

const DEVICE_CHARS_MAX = 100;

function deviceOf(root: XmlElement): Partial<EcgDevice> | null {
  const words = textOf(childOf(root, 'ClinicalInfo', 'DeviceInfo', 'Desc'));
  const model = boundedText(words, DEVICE_CHARS_MAX);
  return model === '' ? null : { model };
}

function filtersOf(root: XmlElement): AcquisitionFilters | null {
  const setting = childOf(root, 'FilterSetting');
  const hertz = (name: string): number | null => {
    const element = childOf(setting, name);
    const value = parseDecimal(textOf(element));
    const isHertz = (attributeOf(element, 'units') ?? 'Hz') === 'Hz';
    return value !== null && value > 0 && isHertz ? value : null;
  };
  const isOn = (name: string): boolean => /^yes$/i.test(textOf(childOf(setting, name)));
  const highPassHz = hertz('HighPass');
  const lowPassHz = hertz('LowPass');
  const notchHz = isOn('Filter50Hz') ? 50 : isOn('Filter60Hz') ? 60 : null;
  if (highPassHz === null && lowPassHz === null && notchHz === null) return null;
  return { highPassHz, lowPassHz, notchHz };
}

const MEASUREMENTS = {
  heartRateBpm: 'VentricularRate',
  prMs: 'PQInterval',
  qrsMs: 'QRSDuration',
  qtMs: 'QTInterval',
  qtcMs: 'QTCInterval',
  pAxisDegrees: 'PAxis',
  qrsAxisDegrees: 'RAxis',
  tAxisDegrees: 'TAxis',
} as const satisfies Record<keyof VendorMeasurements, string>;

function measurementsOf(root: XmlElement): VendorMeasurements | null {
  const all = childOf(root, 'RestingECGMeasurements');
  const found: { -readonly [Name in keyof VendorMeasurements]?: number | null } = {};
  for (const name of Object.keys(MEASUREMENTS) as (keyof VendorMeasurements)[]) {
    const value = parseDecimal(textOf(childOf(all, MEASUREMENTS[name])));
    // No interval and no rate is nought.
    found[name] = value === 0 && !name.endsWith('Degrees') ? null : value;
  }
  return vendorMeasurements(found);
}

/** What the program found, and behind it what a person made of that, where it is not the same. */
function statementsOf(root: XmlElement): readonly string[] {
  const lines = (part: string): string[] => {
    const element = childOf(root, 'Interpretation', part);
    return element ? childrenOf(element, `${part}Text`).map(textOf) : [];
  };
  const diagnosis = lines('Diagnosis');
  return boundedStatements([
    ...diagnosis,
    ...lines('Conclusion').filter((line) => !diagnosis.includes(line)),
  ]);
}
