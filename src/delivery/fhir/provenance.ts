import type { Device, Provenance, ProvenanceEntity, Reference } from '@medplum/fhirtypes';
import { shownFindings } from '../../core/decision/standing.js';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { authorAgent, profileOf, SYSTEMS } from './codes.js';
import { sourceOf, type ResultForm } from './form.js';
import { PROVENANCE_URN } from './urns.js';

/** Who made what, from which ECG, by which models, and in the place of which earlier assessment. */
export function provenanceEntry(
  order: Order,
  device: Reference<Device>,
  targets: readonly Reference[],
  form: ResultForm,
): TransactionEntry {
  return {
    fullUrl: PROVENANCE_URN,
    resource: toProvenance(order, device, targets, form),
    // A Provenance has no identifier in R4; its tag stands in for one.
    ifNoneExist: tokenQuery('_tag', SYSTEMS.ofAssessment, order.assessmentId),
  };
}

function toProvenance(
  order: Order,
  device: Reference<Device>,
  targets: readonly Reference[],
  form: ResultForm,
): Provenance {
  return {
    resourceType: 'Provenance',
    meta: {
      ...(form.profiles ? { profile: [profileOf('provenance')] } : {}),
      tag: [{ system: SYSTEMS.ofAssessment, code: order.assessmentId }],
    },
    target: [...targets],
    recorded: new Date(order.assessedAtMs).toISOString(),
    agent: [{ type: authorAgent(), who: device }],
    entity: [
      { role: 'source', what: sourceOf(order) },
      ...cardsOf(order),
      ...(order.replaces ?? []).map((assessmentId): ProvenanceEntity => ({
        role: 'revision',
        what: {
          identifier: { system: SYSTEMS.assessment, value: assessmentId },
          display: 'The assessment of the ECG before it was corrected',
        },
      })),
    ],
  };
}

function cardsOf({ assessment }: Order): ProvenanceEntity[] {
  const cards = new Set(
    shownFindings(assessment).map(({ modelId, modelVersion }) => `${modelId}@${modelVersion}`),
  );
  return [...cards].map((value) => ({
    role: 'source',
    what: { identifier: { system: SYSTEMS.modelCard, value }, display: `Model card ${value}` },
  }));
}
