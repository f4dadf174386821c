import { asRecord } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import { RESOURCE_TYPES } from './resource-types.js';
import { hasItsType, REQUIRED, STATUSES } from './rules.js';
import type { Content } from './store.js';

/** Throws a Problem for what must not be stored. */
export type Validator = (resource: Content) => void;

/**
 * `rules`: known type, what the type requires, primitives, nothing empty: for every start.
 * `definitions`: every element against R4's own definitions, which take seconds to load.
 */
export const VALIDATIONS = ['off', 'rules', 'definitions'] as const;
export type Validation = (typeof VALIDATIONS)[number];

export async function openValidator(validation: Validation): Promise<Validator> {
  if (validation === 'off') return () => undefined;
  if (validation === 'rules') return checkRules;
  const { openDefinitions } = await import('./definitions.js');
  const checkDefinitions = await openDefinitions();
  return (resource) => {
    checkRules(resource);
    checkDefinitions(resource);
  };
}

const DEPTH_MAX = 40;

export function checkRules(resource: Content): void {
  const { resourceType: type } = resource;
  if (!RESOURCE_TYPES.has(type)) {
    throw new Problem(422, 'not-supported', 'R4 has no resource of this type', ['resourceType']);
  }
  for (const name of REQUIRED[type] ?? []) {
    if (resource[name] === undefined) {
      throw new Problem(422, 'required', `${type} needs ${name}`, [`${type}.${name}`]);
    }
  }
  const statuses = STATUSES[type];
  const status = resource['status'];
  if (statuses && !statuses.some((one) => one === (status ?? one))) {
    const told = `the status of ${type} is one of ${statuses.join(', ')}`;
    throw new Problem(422, 'code-invalid', told, [`${type}.status`]);
  }
  checkElements(resource, type, 0);
}

function checkElements(value: unknown, place: string, depth: number): void {
  if (depth > DEPTH_MAX) throw new Problem(422, 'structure', 'nested too deep', [place]);
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Problem(422, 'structure', 'a list may not be empty', [place]);
    for (const [i, one] of (value as unknown[]).entries()) {
      checkElements(one, `${place}[${i}]`, depth + 1);
    }
    return;
  }
  if (value === null) {
    // In a list of primitives null stands for one that has only extensions.
    if (!place.endsWith(']')) throw new Problem(422, 'structure', 'nothing may be null', [place]);
    return;
  }
  if (value === '') throw new Problem(422, 'structure', 'a text may not be empty', [place]);
  const record = asRecord(value);
  if (!record) return;
  const entries = Object.entries(record);
  if (entries.length === 0) throw new Problem(422, 'structure', 'an element is empty', [place]);
  for (const [name, one] of entries) {
    const here = `${place}.${name.slice(0, 64)}`;
    if (!hasItsType(name, one)) {
      throw new Problem(422, 'structure', 'the value is not of the type that R4 asks for', [here]);
    }
    checkElements(one, here, depth + 1);
  }
}
