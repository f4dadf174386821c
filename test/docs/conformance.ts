import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StructureDefinition } from '@medplum/fhirtypes';
import { statusOf } from '../../src/delivery/fhir/alert-state.js';
import { ALERT_TYPES } from '../../src/delivery/fhir/form.js';
import { ENDED_ALERT_STATES, OPEN_ALERT_STATES } from '../../src/ledger/alerts.js';
import { CARRIERS } from '../../src/delivery/fhir/carrier.js';
import { PROFILES, type ProfileName } from '../../src/delivery/fhir/codes.js';
import { MESSAGE_TYPES_TAKEN } from '../../src/ingest/hl7v2/door.js';
import { verdictOn } from '../../src/wire/hl7v2/answers.js';
import { VERSIONS_TAKEN } from '../../src/wire/hl7v2/message.js';
import { FAILURE_CODES, failure } from '../../src/core/failure.js';
import { GENERATED } from '../profiles/validate.js';

export const PAGE = 'docs/conformance.md';
const FRAME = 'test/docs/conformance-frame.md';

/** The page: words that people wrote, with tables that the code and the profiles say. */
export function conformancePage(): string {
  return readFileSync(FRAME, 'utf8')
    .replace('{{profiles}}', () => profileTables())
    .replace('{{alertStates}}', () => alertTable())
    .replace('{{carriers}}', () => CARRIERS.map((one, i) => `${i + 1}. ${one}`).join('\n'))
    .replace('{{types}}', () => MESSAGE_TYPES_TAKEN.map((one) => `\`${one}\``).join(', '))
    .replace('{{versions}}', () => [...VERSIONS_TAKEN].join(', '))
    .replace('{{answers}}', () => answerTable());
}

function profileTables(): string {
  return (Object.keys(PROFILES) as ProfileName[]).map(profileTable).join('\n\n');
}

function profileTable(name: ProfileName): string {
  const path = join(GENERATED, `StructureDefinition-${PROFILES[name]}.json`);
  const { title, type, url, description, differential } = JSON.parse(
    readFileSync(path, 'utf8'),
  ) as StructureDefinition;
  const rows = (differential?.element ?? [])
    .filter(({ id }) => id !== type)
    .map((element) => {
      const { id = '', min, max, type: types } = element;
      const fixed: unknown = Object.entries(element).find(([key]) =>
        /^(fixed|pattern)[A-Z]/.test(key),
      )?.[1];
      const bounds = min === undefined && max === undefined ? '' : `${min ?? ''}..${max ?? ''}`;
      const what = [
        ...(fixed === undefined ? [] : [textOf(fixed)]),
        ...(types ? [types.map(({ code }) => code).join(', ')] : []),
        ...(element.binding?.valueSet ? [`from ${element.binding.valueSet}`] : []),
        ...(element.comment ? [element.comment] : []),
      ];
      return `| ${id.slice(type.length + 1)} | ${bounds} | ${what.join('; ').replaceAll('|', '\\|')} |`;
    });
  return [
    `### ${title ?? name}`,
    '',
    `${type}, \`${url}\`. ${description ?? ''}`,
    '',
    '| element | times | value |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** A code by itself, a coding by its code, anything else as it stands. */
function textOf(fixed: unknown): string {
  if (typeof fixed === 'string') return `\`${fixed}\``;
  const codes = JSON.stringify(fixed).match(/"code":"([^"]+)"/g) ?? [];
  return codes.map((one) => `\`${one.slice(8, -1)}\``).join(', ') || JSON.stringify(fixed);
}

function alertTable(): string {
  // One that is taken back is told by what takes back its ECG.
  const told = [...OPEN_ALERT_STATES, ...ENDED_ALERT_STATES].filter((one) => one !== 'withdrawn');
  const rows = told.map(
    (state) => `| ${state} | ${ALERT_TYPES.map((type) => statusOf(type, state)).join(' | ')} |`,
  );
  return [`| state | ${ALERT_TYPES.join(' | ')} |`, '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function answerTable(): string {
  const rows = FAILURE_CODES.flatMap((code) => {
    const { answer, error } = verdictOn(failure(code, ''), 'AA');
    if (answer === 'error') return [];
    const told = { accept: 'AA (CA)', reject: 'AR (CR)' }[answer];
    return [`| ${code} | ${told} | ${error ? `${error.code} ${error.severity}` : ''} |`];
  });
  return ['| what was found | answer | ERR |', '| --- | --- | --- |', ...rows].join('\n');
}

if (process.argv[1]?.endsWith('docs/conformance.ts')) writeFileSync(PAGE, conformancePage());
