import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { policySchema } from '../../src/policy-schema.js';
import { POLICY_SCHEMA, policyExample, policySchemaFile } from './policy.js';

describe('the documents of the policy', () => {
  test('the JSON Schema is the one that the service checks by', async () => {
    expect(readFileSync(POLICY_SCHEMA, 'utf8')).toBe(await policySchemaFile());
  });

  test('the example loads, and names everything that can be said', () => {
    const written = JSON.parse(policyExample()) as Record<string, Record<string, unknown>>;
    const read = policySchema.parse(written);
    expect(Object.keys(written).sort()).toEqual(Object.keys(read).sort());
    expect(Object.keys(written['alerts'] ?? {}).sort()).toEqual(Object.keys(read.alerts).sort());
    const { omi } = read.models;
    expect(Object.keys(written['models']?.['omi'] ?? {}).sort()).toEqual(
      Object.keys(omi ?? {}).sort(),
    );
  });
});
