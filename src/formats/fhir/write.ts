import type { ExtraLead, Lead } from '../../core/ecg/ecg.js';
import { MISSING } from '../../core/ecg/ecg.js';
import { MDC_EXTRA_LEAD_CODES, MDC_LEAD_CODES } from '../../core/ecg/lead.js';
import type { Identifier, Reading, WrittenTime } from '../../core/ecg/reading.js';
import { MEASURE_NAMES, MEASURES, UNITS } from '../measures.js';

const MDC = 'urn:oid:2.16.840.1.113883.6.24';
const UCUM = 'http://unitsofmeasure.org';

const STATUS: Readonly<Record<Reading['status'], string>> = {
  preliminary: 'preliminary',
  final: 'final',
  corrected: 'corrected',
  withdrawn: 'entered-in-error',
};

/** A reading as the R4 Observation that `decodeObservation` reads. */
export function toObservation(reading: Reading): Record<string, unknown> {
  const { ecg, patient, encounter, order, acquired } = reading;
  const { device } = ecg;
  const person = personOf(reading);
  const leads = [
    ...ecg.leads.map((lead) => ({ lead, code: MDC_LEAD_CODES[lead.name] })),
    ...ecg.extraLeads.map((lead) => ({ lead, code: MDC_EXTRA_LEAD_CODES[lead.name] })),
  ].filter(({ lead }) => lead.origin === 'recorded');
  return {
    resourceType: 'Observation',
    ...(person || device ? { contained: containedOf(person, device) } : {}),
    status: STATUS[reading.status],
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'procedure',
          },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '11524-6', display: 'EKG study' }] },
    ...(person
      ? { subject: { reference: '#patient' } }
      : patient
        ? { subject: { identifier: identifier(patient) } }
        : {}),
    ...(encounter ? { encounter: { identifier: identifier(encounter) } } : {}),
    ...(order ? { basedOn: [{ identifier: identifier(order) }] } : {}),
    ...(acquired ? { effectiveDateTime: isoTime(acquired) } : {}),
    ...(device ? { device: { reference: '#device' } } : {}),
    ...(reading.vendorStatements.length > 0
      ? { note: reading.vendorStatements.map((one) => ({ text: one })) }
      : {}),
    component: [
      ...leads.map(({ lead, code }) => componentOf(lead, code, ecg.sampleRateHz)),
      ...measurementsOf(reading),
    ],
  };
}

/** What R4 keeps with the patient and not with the observation. */
function personOf({ patient, birthDate, ecg }: Reading): Record<string, unknown> | null {
  const { sex } = ecg.patient;
  if (!patient?.name && birthDate === null && sex === null && !patient?.others.length) return null;
  const numbers = patient ? [patient, ...patient.others] : [];
  return {
    resourceType: 'Patient',
    id: 'patient',
    ...(numbers.length > 0 ? { identifier: numbers.map(identifier) } : {}),
    ...(patient?.name
      ? { name: [{ family: patient.name.family, given: [patient.name.given] }] }
      : {}),
    ...(sex === null ? {} : { gender: sex }),
    ...(birthDate === null ? {} : { birthDate }),
  };
}

function containedOf(
  person: Record<string, unknown> | null,
  device: Reading['ecg']['device'],
): Record<string, unknown>[] {
  const made: Record<string, unknown>[] = person ? [person] : [];
  if (device) {
    const { manufacturer, model, serialNumber } = device;
    made.push({
      resourceType: 'Device',
      id: 'device',
      ...(manufacturer === null ? {} : { manufacturer }),
      ...(serialNumber === null ? {} : { serialNumber }),
      ...(model === null ? {} : { modelNumber: model }),
    });
  }
  return made;
}

/** The recorder's own figures, as LOINC names them. */
function measurementsOf({ vendorMeasurements }: Reading): Record<string, unknown>[] {
  if (!vendorMeasurements) return [];
  return MEASURE_NAMES.flatMap((measure) => {
    const value = vendorMeasurements[measure];
    if (value === null) return [];
    const { loinc, unit } = MEASURES[measure];
    const { ucum } = UNITS[unit];
    return [
      {
        code: { coding: [{ system: 'http://loinc.org', code: loinc }] },
        valueQuantity: { value, unit: ucum, system: UCUM, code: ucum },
      },
    ];
  });
}

function componentOf(
  lead: Lead | ExtraLead,
  code: number,
  sampleRateHz: number,
): Record<string, unknown> {
  return {
    code: {
      coding: [{ system: MDC, code: `${code}`, display: `MDC_ECG_LEAD_${lead.name}` }],
    },
    valueSampledData: {
      origin: { value: 0, unit: 'uV', system: UCUM, code: 'uV' },
      period: 1000 / sampleRateHz,
      dimensions: 1,
      data: Array.from(lead.samples, (value) => (value === MISSING ? 'E' : `${value}`)).join(' '),
    },
  };
}

function identifier({ authority, value }: Identifier): Record<string, string> {
  return { system: authority, value };
}

function isoTime({ local, offsetMinutes }: WrittenTime): string {
  if (offsetMinutes === null) return local;
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
