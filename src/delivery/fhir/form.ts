import type {
  CodeableConcept,
  Device,
  Encounter,
  Meta,
  Observation,
  Patient,
  Reference,
} from '@medplum/fhirtypes';
import type { Assessment, Finding } from '../../core/decision/assessment.js';
import { shownAbstentions, shownFindings } from '../../core/decision/standing.js';
import type { Order } from '../destination.js';
import { AI_ASSERTED, EVALUATION_ONLY, profileOf, SYSTEMS, type ProfileName } from './codes.js';

/** How a site wants its results written. */
export interface ResultForm {
  /**
   * R4 says percent and HL7's own examples say 0 to 1: `decimal` follows the examples. `range` is
   * unmistakable, and servers that index it refuse its unit.
   */
  readonly probability: 'decimal' | 'range';
  /** The security label AIAST; servers that validate against R4's own code list refuse it. */
  readonly aiLabel: boolean;
  /** Intervals and ST levels as Observations of their own, beside the words of the result. */
  readonly measurements: boolean;
  /** Resources name our profiles; a server that validates and does not hold them refuses that. */
  readonly profiles: boolean;
  readonly picture: 'off' | 'DocumentReference' | 'Media';
  readonly alert: AlertType;
}

export const ALERT_TYPES = ['CommunicationRequest', 'Flag', 'DetectedIssue'] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

/** Who and what a result refers to, as found at the server. */
export interface Parties {
  readonly subject: Reference<Patient>;
  readonly encounter: Reference<Encounter> | null;
  /** Null makes the Device part of the transaction. */
  readonly device: Reference<Device> | null;
}

export function metaOf(
  assessment: Assessment,
  form: ResultForm,
  profile: ProfileName,
): { meta?: Meta } {
  const { evaluationOnly } = assessment;
  if (!evaluationOnly && !form.aiLabel && !form.profiles) return {};
  return {
    meta: {
      ...(form.profiles ? { profile: [profileOf(profile)] } : {}),
      ...(form.aiLabel ? { security: [AI_ASSERTED] } : {}),
      ...(evaluationOnly ? { tag: [EVALUATION_ONLY] } : {}),
    },
  };
}

/** The recording as the EHR knows it; else by our own number for it. */
export function sourceOf({ ecg }: Order): Reference<Observation> {
  return ecg.sourceReference === null
    ? { identifier: { system: SYSTEMS.ecg, value: ecg.id }, display: '12-lead ECG' }
    : { reference: ecg.sourceReference };
}

export function acquiredAt({ ecg }: Order): string | null {
  const { instantMs } = ecg.acquisition;
  return instantMs === null ? null : new Date(instantMs).toISOString();
}

export function outcomeOf({ code, beside, title }: Finding): CodeableConcept {
  return { coding: [{ ...code }, ...beside.map((one) => ({ ...one }))], text: title };
}

/** False where every model is in shadow: then the chart is to hold nothing at all. */
export function hasSomethingToSay(assessment: Assessment): boolean {
  return shownFindings(assessment).length > 0 || shownAbstentions(assessment).length > 0;
}

const FRACTION_DIGITS = 10_000;

/** No more digits than a probability has meaning. */
export function fractionOf({ probability }: Finding): number {
  return Math.round(probability * FRACTION_DIGITS) / FRACTION_DIGITS;
}

/** What is written where a site has said nothing else. */
export const USUAL_FORM: ResultForm = Object.freeze({
  probability: 'decimal',
  aiLabel: false,
  measurements: true,
  profiles: false,
  picture: 'off',
  alert: 'CommunicationRequest',
});
