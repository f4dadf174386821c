import { parseArgs } from 'node:util';
import { ECG_LIMITS } from '../../core/ecg/ecg.js';

export interface ScoreOptions {
  readonly paths: readonly string[];
  /** What the caller knows of the patient; it wins over what the file says. */
  readonly ageYears: number | null;
  readonly sex: 'male' | 'female' | null;
  readonly json: boolean;
  readonly ecgOut: string | null;
  readonly png: string | null;
  readonly svg: string | null;
  readonly threads: number | null;
}

export const USAGE = `leadwire score FILE|FOLDER... [options]

  --age YEARS        age of the patient, where the file does not say it or is wrong
  --sex male|female  the same for the sex
  --json             one line of JSON a file
  --ecg-out PATH     writes the ECG in microvolts: a file for one FILE, else a folder
  --png PATH         draws the ECG on paper with what was found: a file for one FILE, else a folder
  --svg PATH         the same page as lines, for print
  --threads N        scoring threads; as many as there are cores unless given

Exit code 0: all read. 2: a file was refused or what was asked for could not be written, with its
reason. 1: the call itself cannot be carried out.
`;

const THREADS_MAX = 64;

/** The options, or the sentence that says what is wrong with them. */
export function parseOptions(args: readonly string[]): ScoreOptions | string {
  const parsed = parsedArgs(args);
  if (typeof parsed === 'string') return parsed;
  const { values, positionals } = parsed;
  if (positionals.length === 0) return 'no file is named';
  const ageYears = values.age === undefined ? null : Number(values.age);
  if (ageYears !== null && !(ageYears >= 0 && ageYears <= ECG_LIMITS.ageYearsMax)) {
    return `--age is a number of years from 0 to ${ECG_LIMITS.ageYearsMax}`;
  }
  const { sex = null } = values;
  if (sex !== null && sex !== 'male' && sex !== 'female') return '--sex is male or female';
  const threads = values.threads === undefined ? null : Number(values.threads);
  if (threads !== null && !(Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX)) {
    return `--threads is a whole number from 1 to ${THREADS_MAX}`;
  }
  return {
    paths: positionals,
    ageYears,
    sex,
    json: values.json,
    ecgOut: values['ecg-out'] ?? null,
    png: values.png ?? null,
    svg: values.svg ?? null,
    threads,
  };
}

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        age: { type: 'string' },
        sex: { type: 'string' },
        json: { type: 'boolean', default: false },
        'ecg-out': { type: 'string' },
        png: { type: 'string' },
        svg: { type: 'string' },
        threads: { type: 'string' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'the options cannot be read';
  }
}
