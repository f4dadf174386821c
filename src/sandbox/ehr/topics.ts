import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import type { EhrStore } from './store.js';

/** A topic to which one can subscribe: every write of one type of resource. */
export interface Topic {
  readonly url: string;
  readonly type: string;
}

/** The topic that the sandbox has from the start. */
export const ECG_TOPIC: Topic = Object.freeze({
  url: 'http://sandbox.example/SubscriptionTopic/observation-recorded',
  type: 'Observation',
});

/** Built in, or written as servers of R4 hold them: a Basic with extensions of R5. */
export function topicsOf(store: EhrStore): readonly Topic[] {
  const written = store.all('Basic').flatMap((basic): Topic[] => {
    const parts = asList(basic['extension']).map(asRecord);
    const url = asText(parts.find((one) => ends(one, '.url'))?.['valueUri']);
    const trigger = parts.find((one) => ends(one, '.resourceTrigger'));
    const resource = asList(trigger?.['extension'])
      .map(asRecord)
      .find((one) => ends(one, 'resource'));
    const type = asText(resource?.['valueUri'])?.split('/').at(-1);
    return url === null || type === undefined ? [] : [{ url, type }];
  });
  return [ECG_TOPIC, ...written];
}

function ends(extension: Readonly<Record<string, unknown>> | null, word: string): boolean {
  return (asText(extension?.['url']) ?? '').endsWith(word);
}
