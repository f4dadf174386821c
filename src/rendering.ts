import type { Config } from './config.js';
import type { Order } from './delivery/destination.js';
import { toResultBundle } from './delivery/fhir/bundle.js';
import { toOruResult } from './delivery/hl7v2/result.js';
import { HL7_CONTENT_TYPE } from './ingest/hl7v2/door.js';
import type { Rendering } from './ingest/rest/door.js';
import type { Assessed } from './ingest/rest/standing.js';
import { resultFormOf } from './result-form.js';

/** An integration engine that waits for the answer gets it in the form it writes onward. */
export function renderingsOf(config: Config): readonly Rendering[] {
  const form = resultFormOf(config);
  return [
    {
      mediaType: 'application/fhir+json',
      render: (assessed) =>
        JSON.stringify(toResultBundle(orderOf(assessed), form, config.fhirAuthoritySystems)),
    },
    { mediaType: HL7_CONTENT_TYPE, render: (assessed) => toOruResult(orderOf(assessed)) },
  ];
}

export function orderOf({ ecg, assessment, result }: Assessed): Order {
  return {
    deliveryId: assessment.id,
    kind: 'result',
    assessmentId: assessment.id,
    assessment: result,
    assessedAtMs: assessment.completedAtMs ?? assessment.createdAtMs,
    ecg,
  };
}
