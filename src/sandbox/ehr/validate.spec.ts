import { describe, expect, test } from '@jest/globals';
import { Problem } from './problem.js';
import type { Content } from './store.js';
import { openValidator, type Validation, type Validator } from './validate.js';

const ECG: Content = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
  effectiveDateTime: '2026-01-31T11:59:00Z',
};
const without = (name: string): Content =>
  Object.fromEntries(Object.entries(ECG).filter(([key]) => key !== name)) as Content;

/** Each is wrong in one thing, at the place that is told. */
const WRONG: readonly (readonly [string, Content])[] = [
  ['Observation.status', without('status')],
  ['Observation.code', without('code')],
  ['Observation.effective', { ...ECG, effectiveDateTime: 'yesterday' }],
  ['Observation.note', { ...ECG, note: [] }],
  ['Observation.status', { ...ECG, status: '' }],
  ['Patient.birthDate', { resourceType: 'Patient', birthDate: '1950-02-41' }],
  ['Patient.active', { resourceType: 'Patient', active: 'yes' }],
  ['RiskAssessment.subject', { resourceType: 'RiskAssessment', status: 'final' }],
];

/** Opened once each: R4's definitions take seconds to read. */
const opened = new Map<Validation, Promise<Validator>>();

function validatorOf(validation: Validation): Promise<Validator> {
  const validator = opened.get(validation) ?? openValidator(validation);
  opened.set(validation, validator);
  return validator;
}

async function placeOf(validation: Validation, resource: Content): Promise<string | null> {
  const validate = await validatorOf(validation);
  try {
    validate(resource);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.expression[0] ?? 'nowhere';
  }
}

describe.each(['rules', 'definitions'] as const)('validation by %s', (validation) => {
  test('takes what is right', async () => {
    expect(await placeOf(validation, ECG)).toBeNull();
  }, 30_000);

  test.each(WRONG)(
    'refuses and names %s',
    async (place, resource) => {
      expect(await placeOf(validation, resource)).toContain(place);
    },
    30_000,
  );
});

test('only the definitions know every element, only the rules every status', async () => {
  const odd = { ...ECG, colour: 'red' };
  expect(await placeOf('rules', odd)).toBeNull();
  expect(await placeOf('definitions', odd)).toBe('Observation.colour');
  expect(await placeOf('rules', { ...ECG, status: 'done' })).toBe('Observation.status');
}, 30_000);

test('off looks at nothing', async () => {
  expect(await placeOf('off', { resourceType: 'Nonsense' })).toBeNull();
});
