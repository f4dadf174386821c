import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { policyJsonSchema } from '../../src/policy-schema.js';

/** `npm run docs:policy` writes the JSON Schema of policies; a spec fails while it is out of date. */
export const POLICY_SCHEMA = 'docs/policy.schema.json';
export const POLICY_PAGE = 'docs/policy.md';

export function policySchemaFile(): Promise<string> {
  return format(JSON.stringify(policyJsonSchema()), { parser: 'json', printWidth: 100 });
}

/** The first block of JSON on the page: the example that a site starts from. */
export function policyExample(): string {
  const [, example] = /```json\n([\s\S]*?)```/.exec(readFileSync(POLICY_PAGE, 'utf8')) ?? [];
  if (example === undefined) throw new Error(`${POLICY_PAGE} shows no example`);
  return example;
}

if (process.argv[1]?.endsWith('test/docs/policy.ts')) {
  writeFileSync(POLICY_SCHEMA, await policySchemaFile());
}
