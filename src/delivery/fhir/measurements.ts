import type { CodeableConcept, Observation, ObservationComponent } from '@medplum/fhirtypes';
import type { MeasuredRecord } from '../../core/decision/examination.js';
import { MDC_LEAD_CODES } from '../../core/ecg/lead.js';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { LOINC, MDC, OBSERVATION_CATEGORY, SYSTEMS, UCUM } from './codes.js';
import { acquiredAt, metaOf, sourceOf, type ResultForm } from './form.js';
import { partNumber } from './other-carriers.js';
import type { Told } from './risk.js';
import { INTERVALS_URN, ST_LEVELS_URN } from './urns.js';

type Subjects = Told['parties'];

/** What was measured on the trace, as numbers that a flowsheet can file; none where nothing was. */
export function measurementEntries(
  order: Order,
  parties: Subjects,
  form: ResultForm,
): readonly TransactionEntry[] {
  const measurement = order.assessment.examination?.measurement;
  if (!form.measurements || measurement?.kind !== 'measured') return [];
  const intervals = intervalsOf(measurement);
  const levels = stLevelsOf(measurement);
  return [
    entryOf(INTERVALS_URN, order, 'intervals', {
      ...head(order, parties, form, 'intervals'),
      code: concept('intervals', 'Rate and intervals of a 12-lead ECG'),
      component: intervals,
    }),
    ...(levels.length === 0
      ? []
      : [
          entryOf(ST_LEVELS_URN, order, 'st-levels', {
            ...head(order, parties, form, 'stLevels'),
            code: concept('st-levels', 'ST levels of a 12-lead ECG, at the J point'),
            component: levels,
          }),
        ]),
  ];
}

function entryOf(
  fullUrl: string,
  order: Order,
  part: string,
  observation: Omit<Observation, 'identifier'>,
): TransactionEntry {
  const value = partNumber(order, part);
  const resource: Observation = {
    ...observation,
    resourceType: 'Observation',
    identifier: [{ system: SYSTEMS.part, value }],
  };
  return { fullUrl, resource, ifNoneExist: tokenQuery('identifier', SYSTEMS.part, value) };
}

function head(
  order: Order,
  parties: Subjects,
  form: ResultForm,
  profile: 'intervals' | 'stLevels',
): Omit<Observation, 'identifier' | 'code'> {
  const acquired = acquiredAt(order);
  return {
    resourceType: 'Observation',
    ...metaOf(order.assessment, form, profile),
    // Read by a program and by nobody yet.
    status: 'preliminary',
    category: [{ coding: [{ system: OBSERVATION_CATEGORY, code: 'procedure' }] }],
    subject: parties.subject,
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    ...(acquired === null ? {} : { effectiveDateTime: acquired }),
    ...(parties.device ? { device: parties.device } : {}),
    derivedFrom: [sourceOf(order)],
  };
}

function intervalsOf({ rhythm, intervals }: MeasuredRecord): ObservationComponent[] {
  return [
    quantity(mdc('147842', 'heart-rate', 'Heart rate'), rhythm.rateBpm, '/min'),
    quantity(loinc('8625-6', 'PR interval'), intervals.prMs, 'ms'),
    quantity(loinc('8633-0', 'QRS duration'), intervals.qrsMs, 'ms'),
    quantity(loinc('8634-8', 'QT interval'), intervals.qtMs, 'ms'),
    quantity(loinc('8636-3', 'QT interval, corrected (Bazett)'), intervals.qtcBazettMs, 'ms'),
  ];
}

const MICROVOLTS_PER_MILLIVOLT = 1000;

/** Above the level before the QRS; 0.1 mV is a millimetre on paper. */
function stLevelsOf({ leads }: MeasuredRecord): ObservationComponent[] {
  return leads
    .filter(({ beatCount }) => beatCount > 0)
    .map(({ name, st }) => {
      const code: CodeableConcept = {
        coding: [
          { system: MDC, code: String(MDC_LEAD_CODES[name]) },
          { system: SYSTEMS.measure, code: `st-${name.toLowerCase()}` },
        ],
        text: `ST level in lead ${name}`,
      };
      return quantity(code, (st.j - st.onset) / MICROVOLTS_PER_MILLIVOLT, 'mV');
    });
}

const THOUSANDTHS = 1000;

function quantity(
  code: CodeableConcept,
  value: number | null,
  unit: '/min' | 'ms' | 'mV',
): ObservationComponent {
  if (value === null) return { code, dataAbsentReason: { coding: [UNKNOWN] } };
  const whole = unit === 'mV' ? Math.round(value * THOUSANDTHS) / THOUSANDTHS : Math.round(value);
  // Never as `-0`, which JSON writes as 0 and a comparison does not find equal.
  return { code, valueQuantity: { value: whole + 0, unit, system: UCUM, code: unit } };
}

const UNKNOWN = Object.freeze({
  system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  code: 'unknown',
});

function concept(code: string, text: string): CodeableConcept {
  return { coding: [{ system: SYSTEMS.measure, code }], text };
}

function loinc(code: string, text: string): CodeableConcept {
  return { coding: [{ system: LOINC, code }], text };
}

function mdc(code: string, ours: string, text: string): CodeableConcept {
  return {
    coding: [
      { system: MDC, code },
      { system: SYSTEMS.measure, code: ours },
    ],
    text,
  };
}
