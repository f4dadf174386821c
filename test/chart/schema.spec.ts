import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { format } from 'prettier';
import { parse } from 'yaml';
import { chartSchema, SCHEMA_FILE, VALUES_PAGE, valuesPage } from './schema.js';

describe('the values of the chart', () => {
  test('have a schema and a page that are up to date: npm run docs:chart', async () => {
    expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(chartSchema());
    const page = await format(valuesPage(), { parser: 'markdown', printWidth: 100 });
    expect(readFileSync(VALUES_PAGE, 'utf8')).toBe(page);
  });

  test('each have a word of what they are for', () => {
    const rows = readFileSync(VALUES_PAGE, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(80);
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
  });

  test('are all in the schema', () => {
    const values = parse(readFileSync('charts/leadwire/values.yaml', 'utf8')) as object;
    const schema = chartSchema()['properties'] as object;
    expect(Object.keys(values).filter((name) => !(name in schema))).toEqual([]);
  });
});
