import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ECG_LIMITS } from '../core/ecg/ecg.js';
import type { Identifier } from '../core/ecg/reading.js';
import { FILE_WRITERS, MESSAGE_FORMS, type FileWriter } from '../sandbox/cart/forms.js';
import { STORIES, type StoryKind } from '../sandbox/ed/story.js';
import { CONDITIONS, isCondition, type Condition } from '../sandbox/simulator/case.js';

export interface SendOptions {
  readonly files: readonly string[];
  /** Null where files are sent. */
  readonly condition: Condition | null;
  readonly count: number;
  readonly ratePerMinute: number | null;
  readonly by: string;
  readonly story: StoryKind;
  readonly to: string;
  /** Without it each file goes to the usual place of its kind. */
  readonly isToGiven: boolean;
  readonly file: FileWriter | null;
  readonly ageYears: number | null;
  readonly sex: 'male' | 'female' | null;
  readonly patient: Identifier | null;
  readonly seed: number;
  readonly token: string | null;
}

export const SEND_WAYS = [
  ...MESSAGE_FORMS.map(({ name }) => name),
  'rest',
  'rest-fhir',
  'fhir',
  'folder',
];
const DEFAULT_TO: Readonly<Record<string, string>> = {
  rest: 'http://127.0.0.1:3000',
  'rest-fhir': 'http://127.0.0.1:3000',
};
const MLLP_TO = '127.0.0.1:2575';
const COUNT_MAX = 100_000;
const RATE_MAX = 6_000;

export const SEND_USAGE = `leadwire send FILE... | --case CONDITION [options]

Sends ECGs to a running service as a cart would, and prints what it answers, one line each.
Exit code 1 when any was refused. Simulated patients are nobody: for trying out, not for care.

  FILE             an HL7 v2 message goes as it is; any other ECG file goes as it is by REST,
                   inside a message by mllp-ed, or written anew by --as
  --case NAME      a simulated ECG: ${wrapped(CONDITIONS)}
  --count N        so many of them (1)
  --rate N         so many a minute, evenly (as fast as they are answered)
  --by WAY         ${SEND_WAYS.join(', ')} (mllp; rest for files that are no message)
  --with STORY     how they come: ${wrapped(STORIES)} (plain)
  --to WHERE       HOST:PORT for MLLP (${MLLP_TO}), the address of the service for REST
                   (http://127.0.0.1:3000), of the EHR for fhir, or a folder
  --as FORMAT      the file format: ${FILE_WRITERS.map(({ name }) => name).join(', ') || 'none can be written yet'}
  --age N, --sex male|female, --patient 'AUTHORITY|ID'
                   instead of what was drawn, or beside a file
  --seed N         a whole number; the same seed sends the same ECGs (1)
  --token-file F   a file that holds the bearer token of the service or the EHR
`;

function wrapped(words: readonly string[]): string {
  const lines = [''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > 76) lines.push(`${word}, `);
    else lines[lines.length - 1] = `${last}${word}, `;
  }
  return lines
    .join(`\n${' '.repeat(19)}`)
    .replace(/, (?=\n|$)/g, ',')
    .replace(/,$/, '');
}

/** The options, or what is wrong with them. */
export function parseSend(args: readonly string[]): SendOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        case: { type: 'string' },
        count: { type: 'string', default: '1' },
        rate: { type: 'string' },
        by: { type: 'string' },
        with: { type: 'string', default: 'plain' },
        to: { type: 'string' },
        as: { type: 'string' },
        age: { type: 'string' },
        sex: { type: 'string' },
        patient: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'token-file': { type: 'string' },
      },
    });
    return checked(values, positionals);
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

type Values = Readonly<Record<string, string | undefined>>;

/** Throws an Error whose message is for the person who typed it. */
function checked(values: Values, files: readonly string[]): SendOptions {
  const condition = conditionIn(values['case'], files);
  const by = values['by'] ?? 'mllp';
  if (!SEND_WAYS.includes(by)) throw new RangeError(`--by is one of ${SEND_WAYS.join(', ')}.`);
  const story = STORIES.find((one) => one === values['with']);
  if (!story) throw new RangeError(`--with is one of ${STORIES.join(', ')}.`);
  if (story !== 'plain' && condition === null) throw new RangeError('--with needs --case.');
  const to = values['to'] ?? (by.startsWith('mllp') ? MLLP_TO : DEFAULT_TO[by]);
  if (to === undefined) throw new RangeError(`--by ${by} needs --to.`);
  const sex = values['sex'] ?? null;
  if (sex !== null && sex !== 'male' && sex !== 'female') {
    throw new RangeError('--sex is male or female.');
  }
  const file = writerIn(values['as']);
  if (by === 'mllp-ed' && condition !== null && !file && FILE_WRITERS.length === 0) {
    throw new RangeError('no file format can be written that a message could carry.');
  }
  const tokenFile = values['token-file'];
  return {
    files,
    condition,
    count: amount('count', values['count'] ?? '1', 1, COUNT_MAX),
    ratePerMinute:
      values['rate'] === undefined ? null : amount('rate', values['rate'], 1, RATE_MAX),
    by: values['by'] === undefined && condition === null ? '' : by,
    story,
    to,
    isToGiven: values['to'] !== undefined,
    file,
    ageYears:
      values['age'] === undefined ? null : amount('age', values['age'], 0, ECG_LIMITS.ageYearsMax),
    sex,
    patient: values['patient'] === undefined ? null : identifierIn(values['patient']),
    seed: amount('seed', values['seed'] ?? '1', 0, Number.MAX_SAFE_INTEGER),
    token: tokenFile === undefined ? null : readFileSync(tokenFile, 'utf8').trim(),
  };
}

function conditionIn(name: string | undefined, files: readonly string[]): Condition | null {
  if ((name === undefined) === (files.length === 0)) {
    throw new RangeError('Name files, or a --case, and not both.');
  }
  if (name === undefined) return null;
  if (!isCondition(name)) throw new RangeError(`there is no case ${name}; see --help.`);
  return name;
}

function writerIn(name: string | undefined): FileWriter | null {
  if (name === undefined) return null;
  const writer = FILE_WRITERS.find((one) => one.name === name);
  if (!writer) {
    const known = FILE_WRITERS.map((one) => one.name).join(', ') || 'none yet';
    throw new RangeError(`--as is a format that can be written: ${known}.`);
  }
  return writer;
}

function amount(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`--${name} is a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** The authority may hold a bar of its own, the identifier may not. */
function identifierIn(text: string): Identifier {
  const at = text.lastIndexOf('|');
  if (at < 1 || at === text.length - 1) throw new RangeError("--patient reads 'AUTHORITY|ID'.");
  return { authority: text.slice(0, at), value: text.slice(at + 1) };
}
