import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { provideCorePackage } from './core-package.js';

const HOME = resolve('node_modules/.cache/fhir-home');
const PROGRAM = resolve('node_modules/fsh-sushi/dist/app.js');
const SOURCE = resolve('fhir-profiles');
/** Where nobody listens: what SUSHI would fetch fails at once, with a network and without. */
const NOWHERE = 'http://127.0.0.1:9';

export interface Compiled {
  /** File name and content, as SUSHI made it. */
  readonly files: ReadonlyMap<string, string>;
  /** SUSHI's own closing line. */
  readonly summary: string;
  readonly errors: number;
  readonly report: string;
}

/** The definitions that the FSH describes. */
export async function compileProfiles(): Promise<Compiled> {
  provideCorePackage(HOME);
  const out = mkdtempSync(join(tmpdir(), 'leadwire-fsh-'));
  try {
    const report = await runSushi(out);
    const folder = join(out, 'fsh-generated', 'resources');
    const files = new Map<string, string>();
    for (const name of readdirSync(folder).sort()) {
      files.set(name, `${readFileSync(join(folder, name), 'utf8').trimEnd()}\n`);
    }
    const [summary = '', errors = ''] = /(\d+) Errors?\s+\d+ Warnings?/.exec(report) ?? [];
    return { files, summary, errors: errors === '' ? Number.NaN : Number(errors), report };
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function runSushi(out: string): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, 'build', SOURCE, '--snapshot', '--out', out], {
    env: {
      PATH: process.env['PATH'],
      HOME,
      npm_config_offline: 'true',
      http_proxy: NOWHERE,
      https_proxy: NOWHERE,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => told.push(chunk));
  }
  await once(child, 'close');
  return Buffer.concat(told).toString();
}

interface CardFile {
  readonly findings: readonly {
    readonly code: { system: string; code: string; display: string };
  }[];
}

const OURS = 'https://leadwire.dev/fhir/CodeSystem/finding';

/** The codes that the cards of the models shipped bring, as FSH. */
export function writeCardFindings(modelsDir = 'models'): void {
  const codes = new Map<string, string>();
  for (const folder of readdirSync(modelsDir, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const { code } of readCard(join(modelsDir, folder.name, 'card.json'))?.findings ?? []) {
      if (code.system === OURS) codes.set(code.code, code.display);
    }
  }
  const lines = [...codes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, display]) => `* #${code} ${JSON.stringify(display)}`);
  writeFileSync(
    join(SOURCE, 'input/fsh/from-cards.fsh'),
    [
      '// Written by `npm run profiles` from the model cards.',
      'RuleSet: FindingsOfTheModelsShipped',
      ...lines,
      '',
    ].join('\n'),
  );
}

function readCard(path: string): CardFile | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CardFile;
  } catch {
    return null;
  }
}
