import type {
  CodeableConcept,
  Device,
  Meta,
  Patient,
  Encounter,
  Provenance,
  Reference,
  RiskAssessment,
  RiskAssessmentPrediction,
} from '@medplum/fhirtypes';
import type { Assessment, Finding } from '../../core/decision/assessment.js';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import {
  AI_ASSERTED,
  aiDeviceType,
  authorAgent,
  ecgRiskCode,
  EVALUATION_ONLY,
  networksMethod,
  RISK_PROBABILITY,
  SYSTEMS,
  UCUM,
} from './codes.js';
import { notesOf, rationaleOf } from './wording.js';

/** How a site wants its results written. */
export interface ResultForm {
  /**
   * R4 says percent and HL7's own examples say 0 to 1: `decimal` follows the examples. `range` is
   * unmistakable, and servers that index it refuse its unit.
   */
  readonly probability: 'decimal' | 'range';
  /** The security label AIAST; servers that validate against R4's own code list refuse it. */
  readonly aiLabel: boolean;
}

/** Who and what a result refers to, as found at the server. */
export interface Parties {
  readonly subject: Reference<Patient>;
  readonly encounter: Reference<Encounter> | null;
  /** Null makes the Device part of the transaction. */
  readonly device: Reference<Device> | null;
}

// A urn lives only inside its Bundle, so constants do.
const DEVICE_URN = 'urn:uuid:5e1f0c1a-7a43-4c2c-9d3e-0d6a1f3b0001';
const RISK_URN = 'urn:uuid:5e1f0c1a-7a43-4c2c-9d3e-0d6a1f3b0002';
const PROVENANCE_URN = 'urn:uuid:5e1f0c1a-7a43-4c2c-9d3e-0d6a1f3b0003';
export const ALERT_URN = 'urn:uuid:5e1f0c1a-7a43-4c2c-9d3e-0d6a1f3b0004';

/**
 * What is written for a result, in the order in which each can be written alone. Every entry is
 * conditional on our own identifier, so that the same Bundle sent again adds nothing.
 */
export function toResultEntries(
  order: Order,
  parties: Parties,
  form: ResultForm,
): readonly TransactionEntry[] {
  const device = parties.device ?? { reference: DEVICE_URN };
  const { assessmentId } = order;
  return [
    ...(parties.device ? [] : [deviceEntry(order.assessment)]),
    {
      fullUrl: RISK_URN,
      resource: toRiskAssessment(order, { ...parties, device }, form),
      ifNoneExist: tokenQuery('identifier', SYSTEMS.assessment, assessmentId),
    },
    {
      fullUrl: PROVENANCE_URN,
      resource: toProvenance(order, device, { reference: RISK_URN }),
      // A Provenance has no identifier in R4; its tag stands in for one.
      ifNoneExist: tokenQuery('_tag', SYSTEMS.ofAssessment, assessmentId),
    },
  ];
}

/** Findings in shadow mode are for the monitor and stay out of the chart. */
export function shownFindings({ findings }: Assessment): readonly Finding[] {
  return findings.filter(({ mode }) => mode === 'advise' || mode === 'alert');
}

/** False where every model is in shadow: then the chart is to hold nothing at all. */
export function hasSomethingToSay(assessment: Assessment): boolean {
  return shownFindings(assessment).length > 0 || assessment.abstentions.length > 0;
}

export function toRiskAssessment(
  order: Order,
  parties: Parties & { readonly device: Reference<Device> },
  form: ResultForm,
): RiskAssessment {
  const { assessment, ecg } = order;
  const prediction = shownFindings(assessment).map((one) => toPrediction(one, form));
  const acquired = acquiredAt(order);
  return {
    resourceType: 'RiskAssessment',
    ...metaOf(assessment, form),
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
    performer: parties.device,
    basis: [sourceOf(ecg.sourceReference, ecg.id)],
    ...(prediction.length > 0 ? { prediction } : {}),
    note: notesOf(assessment).map((text) => ({ text })),
  };
}

export function metaOf(assessment: Assessment, form: ResultForm): { meta?: Meta } {
  if (!assessment.evaluationOnly && !form.aiLabel) return {};
  return {
    meta: {
      ...(form.aiLabel ? { security: [AI_ASSERTED] } : {}),
      ...(assessment.evaluationOnly ? { tag: [EVALUATION_ONLY] } : {}),
    },
  };
}

export function acquiredAt({ ecg }: Order): string | null {
  const { instantMs } = ecg.acquisition;
  return instantMs === null ? null : new Date(instantMs).toISOString();
}

/** The recording as the EHR knows it; else by our own number for it. */
function sourceOf(reference: string | null, ecgId: string): Reference {
  return reference === null
    ? { identifier: { system: SYSTEMS.ecg, value: ecgId }, display: '12-lead ECG' }
    : { reference };
}

const FRACTION_DIGITS = 10_000;

function toPrediction(finding: Finding, form: ResultForm): RiskAssessmentPrediction {
  const fraction = Math.round(finding.probability * FRACTION_DIGITS) / FRACTION_DIGITS;
  const share = {
    value: Math.round(finding.probability * FRACTION_DIGITS) / (FRACTION_DIGITS / 100),
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

export function outcomeOf({ code, beside, title }: Finding): CodeableConcept {
  return { coding: [{ ...code }, ...beside.map((one) => ({ ...one }))], text: title };
}

/** The networks that answered, as one device: its number changes with any of their weights. */
function deviceEntry(assessment: Assessment): TransactionEntry {
  const { modelSet } = assessment;
  return {
    fullUrl: DEVICE_URN,
    resource: toDevice(assessment),
    ifNoneExist: deviceQuery(modelSet),
  };
}

export function deviceQuery(modelSet: string): string {
  return tokenQuery('identifier', SYSTEMS.modelSet, modelSet);
}

export function toDevice({ modelSet, findings }: Assessment): Device {
  const versions = new Map(findings.map((one) => [one.modelId, one.modelVersion]));
  return {
    resourceType: 'Device',
    identifier: [{ system: SYSTEMS.modelSet, value: modelSet }],
    status: 'active',
    deviceName: [{ name: 'Leadwire', type: 'user-friendly-name' }],
    modelNumber: modelSet,
    type: aiDeviceType(),
    ...(versions.size === 0
      ? {}
      : {
          version: [...versions].map(([model, value]) => ({
            component: { system: SYSTEMS.model, value: model },
            value,
          })),
        }),
  };
}

function toProvenance(order: Order, device: Reference<Device>, target: Reference): Provenance {
  return {
    resourceType: 'Provenance',
    meta: { tag: [{ system: SYSTEMS.ofAssessment, code: order.assessmentId }] },
    target: [target],
    recorded: new Date(order.assessedAtMs).toISOString(),
    agent: [{ type: authorAgent(), who: device }],
    entity: [{ role: 'source', what: sourceOf(order.ecg.sourceReference, order.ecg.id) }],
  };
}
