import { shownFindings } from '../../core/decision/standing.js';
import type {
  DiagnosticReport,
  DocumentReference,
  Observation,
  ObservationComponent,
} from '@medplum/fhirtypes';
import type { Finding } from '../../core/decision/assessment.js';
import type { Order } from '../destination.js';
import { DIAGNOSTIC_SERVICE, ecgRiskCode, INTERPRETATION, SYSTEMS, UCUM } from './codes.js';
import { acquiredAt, fractionOf, metaOf, outcomeOf } from './form.js';
import type { Told } from './risk.js';
import { rationaleOf, resultNotes } from './wording.js';

/** The result on servers that take no RiskAssessment: the same words, in what they take instead. */

export function toDiagnosticReport(told: Told): DiagnosticReport {
  const { order, parties, form, measured, media } = told;
  const { assessment } = order;
  const positive = shownFindings(assessment).filter((one) => one.positive);
  return {
    resourceType: 'DiagnosticReport',
    ...metaOf(assessment, form, 'report'),
    identifier: [{ system: SYSTEMS.assessment, value: order.assessmentId }],
    status: 'preliminary',
    category: [{ coding: [{ system: DIAGNOSTIC_SERVICE, code: 'EC' }] }],
    code: ecgRiskCode(),
    ...aboutOf(told),
    issued: new Date(order.assessedAtMs).toISOString(),
    ...(measured.length > 0 ? { result: [...measured] } : {}),
    ...(media ? { media: [{ link: media }] } : {}),
    conclusion: wordsOf(order).join('\n'),
    ...(positive.length > 0 ? { conclusionCode: positive.map(outcomeOf) } : {}),
    subject: parties.subject,
  };
}

export function toResultObservation(told: Told): Observation {
  const { order, parties, form, evidence } = told;
  const { assessment } = order;
  const component = shownFindings(assessment).map(toComponent);
  return {
    resourceType: 'Observation',
    ...metaOf(assessment, form, 'result'),
    identifier: [
      { system: SYSTEMS.assessment, value: order.assessmentId },
      { system: SYSTEMS.part, value: partNumber(order, 'result') },
    ],
    status: 'preliminary',
    code: ecgRiskCode(),
    subject: parties.subject,
    ...aboutOf(told),
    ...(parties.device ? { device: parties.device } : {}),
    derivedFrom: [...evidence],
    ...(component.length > 0
      ? { component }
      : { dataAbsentReason: { text: 'No network gave a finding.' } }),
    note: wordsOf(order).map((text) => ({ text })),
  };
}

function toComponent(finding: Finding): ObservationComponent {
  return {
    code: outcomeOf(finding),
    valueQuantity: { value: fractionOf(finding), system: UCUM, code: '1' },
    // Below a threshold is not "negative": nothing is said then.
    ...(finding.positive
      ? { interpretation: [{ coding: [{ system: INTERPRETATION, code: 'POS' }] }] }
      : {}),
  };
}

export function toResultDocument({ order, parties, form }: Told): DocumentReference {
  const { assessment } = order;
  const text = [ecgRiskCode().text ?? '', ...wordsOf(order)].join('\n');
  const acquired = acquiredAt(order);
  return {
    resourceType: 'DocumentReference',
    ...metaOf(assessment, form, 'document'),
    identifier: [
      { system: SYSTEMS.assessment, value: order.assessmentId },
      { system: SYSTEMS.part, value: partNumber(order, 'result') },
    ],
    status: 'current',
    docStatus: 'preliminary',
    type: ecgRiskCode(),
    subject: parties.subject,
    date: new Date(order.assessedAtMs).toISOString(),
    ...(parties.device ? { author: [parties.device] } : {}),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: Buffer.from(text).toString('base64'),
          title: 'Risk assessment of a 12-lead ECG',
        },
      },
    ],
    ...(acquired === null && !parties.encounter
      ? {}
      : {
          context: {
            ...(parties.encounter ? { encounter: [parties.encounter] } : {}),
            ...(acquired === null ? {} : { period: { start: acquired } }),
          },
        }),
  };
}

/** A number for what is one of several of its type beside the same assessment. */
export function partNumber({ assessmentId }: Order, part: string): string {
  return `${assessmentId}.${part}`;
}

function aboutOf({ order, parties }: Told) {
  const acquired = acquiredAt(order);
  return {
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    ...(acquired === null ? {} : { effectiveDateTime: acquired }),
  };
}

function wordsOf(order: Order): string[] {
  return [...shownFindings(order.assessment).map(rationaleOf), ...resultNotes(order)];
}
