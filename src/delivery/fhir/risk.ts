import { shownFindings } from '../../core/decision/standing.js';
import type {
  Device,
  DocumentReference,
  Media,
  Observation,
  Reference,
  RiskAssessment,
  RiskAssessmentPrediction,
} from '@medplum/fhirtypes';
import type { Finding } from '../../core/decision/assessment.js';
import type { Order } from '../destination.js';
import { ecgRiskCode, networksMethod, RISK_PROBABILITY, SYSTEMS, UCUM } from './codes.js';
import {
  acquiredAt,
  fractionOf,
  metaOf,
  outcomeOf,
  type Parties,
  type ResultForm,
} from './form.js';
import { rationaleOf, resultNotes } from './wording.js';

/** What every carrier of a result is made from. */
export interface Told {
  readonly order: Order;
  readonly parties: Omit<Parties, 'device'> & { readonly device: Reference<Device> | null };
  readonly form: ResultForm;
  /** The ECG first, then what was measured and drawn of it. */
  readonly evidence: readonly Reference<Observation | DocumentReference | Media>[];
  readonly measured: readonly Reference<Observation>[];
  readonly media: Reference<Media> | null;
}

export function toRiskAssessment({ order, parties, form, evidence }: Told): RiskAssessment {
  const { assessment } = order;
  const prediction = shownFindings(assessment).map((one) => toPrediction(one, form));
  const acquired = acquiredAt(order);
  return {
    resourceType: 'RiskAssessment',
    ...metaOf(assessment, form, 'risk'),
    identifier: [{ system: SYSTEMS.assessment, value: order.assessmentId }],
    // Until a clinician confirms it.
    status: 'preliminary',
    method: networksMethod(
      `Neural networks ${assessment.modelSet} under policy ${assessment.policyVersion}`,
    ),
    code: ecgRiskCode(),
    subject: parties.subject,
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    ...(acquired === null ? {} : { occurrenceDateTime: acquired }),
    ...(parties.device ? { performer: parties.device } : {}),
    basis: [...evidence],
    ...(prediction.length > 0 ? { prediction } : {}),
    note: resultNotes(order).map((text) => ({ text })),
  };
}

function toPrediction(finding: Finding, form: ResultForm): RiskAssessmentPrediction {
  const fraction = fractionOf(finding);
  // Of the whole number of ten-thousandths, so that no digit of binary arithmetic shows.
  const share = {
    value: Math.round(fraction * 10_000) / 100,
    unit: '%',
    system: UCUM,
    code: '%',
  };
  return {
    outcome: outcomeOf(finding),
    ...(form.probability === 'range'
      ? { probabilityRange: { low: share, high: share } }
      : { probabilityDecimal: fraction }),
    qualitativeRisk: { coding: [{ system: RISK_PROBABILITY, code: finding.likelihood }] },
    rationale: rationaleOf(finding),
  };
}
