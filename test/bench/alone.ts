import { formatsTable } from './formats.js';
import { modelsTable } from './models.js';
import { signalTable } from './signal.js';

/** A measurement that needs no service, no server and no build: it can be asked for by name. */
export interface Alone {
  readonly title: string;
  /** What one row of the table holds. */
  readonly text: string;
  readonly table: (smoke: boolean) => string | Promise<string>;
}

export const ALONE = {
  signal: {
    title: 'Signal work',
    text: 'Quality, median beat, all measurements and all criteria of one ECG in one thread.',
    table: signalTable,
  },
  formats: {
    title: 'Formats',
    text: 'From the bytes of one ECG, 12 leads of 5,000 samples, to a reading, in one thread. Milliseconds of CPU, median.',
    table: formatsTable,
  },
  models: {
    title: 'Networks',
    text: 'Every shipped ensemble on one ECG, from the samples to its findings, median; evidence costs one more run of one network at most. Wall time is that of the machine as it was loaded.',
    table: modelsTable,
  },
} as const satisfies Readonly<Record<string, Alone>>;

export type AloneName = keyof typeof ALONE;
export const ALONE_NAMES = Object.keys(ALONE) as readonly AloneName[];

/** One as a section of the page. */
export async function aloneSection(name: AloneName, smoke: boolean): Promise<string> {
  const { title, text, table } = ALONE[name];
  return `## ${title}\n\n${text}\n\n${await table(smoke)}`;
}
