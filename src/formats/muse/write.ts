import type { ExtraLead, Lead } from '../../core/ecg/ecg.js';
import type { Reading, VendorMeasurements } from '../../core/ecg/reading.js';
import { toBase64 } from '../base64.js';
import { element, textElement, type Markup } from '../xml/write.js';
import { crc32 } from './crc32.js';
import { MEASUREMENTS } from './findings.js';
import { NUMBERED_SITE, UNNAMED_MUSE_SITE } from './subject.js';

/** One microvolt a bit holds every sample exactly. */
const MICROVOLTS_PER_BIT = 1;

/** A reading as the export of MUSE that `decodeMuseXml` reads: each lead that was recorded. */
export function toMuseXml(reading: Reading): Uint8Array {
  const root = element('RestingECG', {}, [
    element('MuseInfo', {}, [textElement('MuseVersion', '9.0.10.18530')]),
    patientDemographics(reading),
    testDemographics(reading),
    ...order(reading),
    ...measurements(reading.vendorMeasurements),
    ...diagnosis(reading.vendorStatements),
    waveform(reading),
    ...pharma(reading),
  ]);
  const prolog = '<?xml version="1.0" encoding="ISO-8859-1"?>';
  return latinBytes(`${prolog}\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n${root}\n`);
}

/** Signs that ISO-8859-1 has not, and those that Windows reads otherwise, go as references. */
function latinBytes(text: string): Uint8Array {
  const latin = text.replace(
    /[\u0080-\u009f\u0100-\uffff]|[\ud800-\udbff][\udc00-\udfff]/gu,
    (sign) => `&#${sign.codePointAt(0) ?? 0};`,
  );
  return Uint8Array.from({ length: latin.length }, (_, i) => latin.charCodeAt(i));
}

const optional = (name: string, text: string | number | null): Markup[] =>
  text === null ? [] : [textElement(name, text)];

function patientDemographics({ patient, birthDate, ecg }: Reading): Markup {
  const { ageYears, sex } = ecg.patient;
  return element('PatientDemographics', {}, [
    ...optional('PatientID', patient?.value ?? null),
    ...optional('PatientAge', ageYears),
    ...(ageYears === null ? [] : [textElement('AgeUnits', 'YEARS')]),
    ...optional('DateofBirth', birthDate === null ? null : museDate(birthDate)),
    ...optional('Gender', sex?.toUpperCase() ?? null),
    ...optional('PatientLastName', patient?.name?.family ?? null),
    ...optional('PatientFirstName', patient?.name?.given ?? null),
  ]);
}

function testDemographics({ patient, acquired, status, ecg }: Reading): Markup {
  const [date = '', time = ''] = acquired?.local.split('T') ?? [];
  const isConfirmed = status === 'final' || status === 'corrected';
  return element('TestDemographics', {}, [
    textElement('DataType', 'RESTING'),
    ...site(patient?.authority ?? null),
    ...optional('AcquisitionDevice', ecg.device?.model ?? null),
    textElement('Status', isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED'),
    ...(acquired
      ? [
          textElement('AcquisitionTime', time.slice(0, 8)),
          ...optional('AcquisitionDate', museDate(date)),
        ]
      : []),
    ...optional('SecondaryID', patient?.others[0]?.value ?? null),
  ]);
}

/** All numbers of a file are of its site, so an authority is written as one. */
function site(authority: string | null): Markup[] {
  if (authority === null || authority === UNNAMED_MUSE_SITE) return [];
  return authority.startsWith(NUMBERED_SITE)
    ? [textElement('Site', authority.slice(NUMBERED_SITE.length))]
    : [textElement('SiteName', authority)];
}

/** `MM-DD-YYYY`; a date of which less is known has no way to be written. */
function museDate(date: string): string | null {
  const [year = '', month, day] = date.split('-');
  return month === undefined || day === undefined ? null : `${month}-${day}-${year}`;
}

function order({ order: number, encounter }: Reading): Markup[] {
  if (!number && !encounter) return [];
  return [
    element('Order', {}, [
      ...optional('OrderNumber', number?.value ?? null),
      ...optional('VisitNumber', encounter?.value ?? null),
    ]),
  ];
}

function measurements(found: VendorMeasurements | null): Markup[] {
  if (!found) return [];
  const names = Object.keys(MEASUREMENTS) as (keyof VendorMeasurements)[];
  const values = names.flatMap((name) => optional(MEASUREMENTS[name], found[name]));
  return [element('RestingECGMeasurements', {}, values)];
}

function diagnosis(statements: readonly string[]): Markup[] {
  if (statements.length === 0) return [];
  return [
    element('Diagnosis', {}, [
      textElement('Modality', 'RESTING'),
      ...statements.map((text) =>
        element('DiagnosisStatement', {}, [
          textElement('StmtFlag', 'ENDSLINE'),
          textElement('StmtText', text),
        ]),
      ),
    ]),
  ];
}

function waveform({ ecg }: Reading): Markup {
  const { filters } = ecg;
  const leads = [...ecg.leads, ...ecg.extraLeads].filter(({ origin }) => origin === 'recorded');
  const highPass = filters?.highPassHz ?? null;
  return element('Waveform', {}, [
    textElement('WaveformType', 'Rhythm'),
    textElement('WaveformStartTime', 0),
    textElement('NumberofLeads', leads.length),
    textElement('SampleType', 'CONTINUOUS_SAMPLES'),
    textElement('SampleBase', ecg.sampleRateHz),
    textElement('SampleExponent', 0),
    ...optional('HighPassFilter', highPass === null ? null : Math.round(100 * highPass)),
    ...optional('LowPassFilter', filters?.lowPassHz ?? null),
    ...optional('ACFilter', filters?.notchHz ?? null),
    ...leads.map(leadData),
  ]);
}

function leadData({ name, samples }: Lead | ExtraLead): Markup {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  // The value of a missing sample is the same here as there.
  samples.slice().forEach((value, i) => {
    view.setInt16(2 * i, value, true);
  });
  return element('LeadData', {}, [
    textElement('LeadByteCountTotal', bytes.length),
    textElement('LeadTimeOffset', 0),
    textElement('LeadSampleCountTotal', samples.length),
    textElement('LeadAmplitudeUnitsPerBit', MICROVOLTS_PER_BIT),
    textElement('LeadAmplitudeUnits', 'MICROVOLTS'),
    textElement('LeadHighLimit', 32767),
    textElement('LeadLowLimit', -32768),
    textElement('LeadID', name),
    textElement('LeadOffsetFirstSample', 0),
    textElement('FirstSampleBaseline', 0),
    textElement('LeadSampleSize', 2),
    textElement('LeadOff', 'FALSE'),
    textElement('BaselineSway', 'FALSE'),
    textElement('LeadDataCRC32', crc32(bytes)),
    textElement('WaveFormData', toBase64(bytes)),
  ]);
}

function pharma({ ecg }: Reading): Markup[] {
  const serialNumber = ecg.device?.serialNumber ?? null;
  return serialNumber === null
    ? []
    : [element('PharmaData', {}, optional('PharmaCartID', serialNumber))];
}
