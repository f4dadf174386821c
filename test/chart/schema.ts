import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTINGS } from '../../src/config.js';
import { fixedValues, object, type Schema } from './values.js';

/**
 * `npm run docs:chart` writes the chart's schema and the page of its values. Settings come from where
 * the service itself declares them, so a setting that is new, gone or renamed is so in the chart too.
 */
export const SCHEMA_FILE = 'charts/leadwire/values.schema.json';
export const VALUES_PAGE = 'charts/leadwire/README.md';
const VALUES_FILE = 'charts/leadwire/values.yaml';

/** The chart sets these by itself. */
const BY_CHART = [
  'role',
  'dataDir',
  'databaseUrl',
  'queueUrl',
  'httpHost',
  'httpPort',
  'mllpHost',
  'mllpPort',
  'modelsDir',
  'policyFile',
  'drainSecondsMax',
];

const NAME = { type: 'string', pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' } as const;

function fromSecret(what: string): Schema {
  return object(
    what,
    {
      secret: { ...NAME, description: 'Name of the Secret.' },
      key: { type: 'string', minLength: 1, description: 'Key in it.' },
    },
    ['secret', 'key'],
  );
}

function fromFile(what: string): Schema {
  return {
    ...object(
      what,
      {
        secret: { ...NAME, description: 'Name of the Secret.' },
        configMap: { ...NAME, description: 'Name of the ConfigMap.' },
        key: { type: 'string', minLength: 1, description: 'Key in it.' },
      },
      ['key'],
    ),
    oneOf: [{ required: ['secret'] }, { required: ['configMap'] }],
  };
}

/** A value as the environment takes it: numbers may be written as numbers, the rest as text. */
function plain(check: z.ZodType): Schema {
  const made = z.toJSONSchema(check, { io: 'input', unrepresentable: 'any' }) as Schema;
  const described = z.toJSONSchema(check, { io: 'output', unrepresentable: 'any' }) as Schema;
  if (described['type'] === 'integer' || described['type'] === 'number') {
    const { type, minimum, maximum } = described;
    return {
      type,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    };
  }
  return Array.isArray(made['enum']) ? { type: 'string', enum: made['enum'] } : { type: 'string' };
}

export function chartSchema(): Schema {
  const settings: Record<string, Schema> = {};
  const secrets: Record<string, Schema> = {};
  const files: Record<string, Schema> = {};
  for (const [name, { check, secret, help }] of Object.entries(SETTINGS)) {
    if (BY_CHART.includes(name)) continue;
    if (secret) secrets[name] = fromSecret(help);
    else if (name.endsWith('File')) files[name] = fromFile(help);
    else settings[name] = { ...plain(check as z.ZodType), description: help };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the Leadwire chart',
    ...object('', {
      ...fixedValues(),
      settings: object('Settings of docs/configuration.md by their short names.', settings),
      secrets: object('Secret settings, each from a key of a Secret.', secrets),
      files: object('Settings that name a file, each from a key of a Secret or ConfigMap.', files),
      global: { type: 'object', description: 'Taken by Helm for charts of charts; not used here.' },
    }),
  };
}

export function schemaText(): string {
  return `${JSON.stringify(chartSchema(), null, 2)}\n`;
}

const HEAD = `# The chart's values

Made from \`values.schema.json\` and \`values.yaml\` by \`npm run docs:chart\`. Unknown keys fail. How to
install, upgrade and scale: [docs/kubernetes.md](../../docs/kubernetes.md).

| value | default | what it is for |
| --- | --- | --- |
`;

export function valuesPage(): string {
  const defaults: unknown = parse(readFileSync(VALUES_FILE, 'utf8'));
  return `${HEAD}${rowsOf(chartSchema(), defaults, '').join('\n')}\n`;
}

function rowsOf(schema: Schema, defaults: unknown, path: string): string[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  return Object.entries(properties).flatMap(([name, one]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const value = isRecord(defaults) ? defaults[name] : undefined;
    const inner = one['properties'] as Record<string, Schema> | undefined;
    const isWhole = inner === undefined || ['secrets', 'files'].includes(path);
    const described = one['description'];
    const help = typeof described === 'string' ? described.replaceAll('|', '\\|') : '';
    if (!isWhole) return rowsOf(one, value, at);
    return [`| \`${at}\` | ${shown(value)} | ${help} |`];
  });
}

function shown(value: unknown): string {
  if (value === undefined || value === '' || value === null) return 'unset';
  return `\`${typeof value === 'object' ? stringify(value, { collectionStyle: 'flow' }).trim() : JSON.stringify(value)}\``;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

if (process.argv[1]?.endsWith('test/chart/schema.ts')) {
  writeFileSync(SCHEMA_FILE, schemaText());
  writeFileSync(VALUES_PAGE, valuesPage());
}
