import { parseArgs } from 'node:util';
import type { Config } from '../config.js';
import { failureOf } from '../core/failure.js';
import { silentLog } from '../core/log.js';
import { openEmbeddedLedger } from '../ledger/embedded/embedded-ledger.js';
import type { Ledger } from '../ledger/ledger.js';
import { openPostgresLedger } from '../ledger/postgres-ledger.js';
import { exportOutcomes } from './outcomes-export.js';

const USAGE = `leadwire outcomes export --out DIR

Writes every ECG of which somebody said what was true, without names, numbers and dates, for
training and measuring. The embedded ledger serves one process: stop the service first.
`;

export async function outcomes(args: readonly string[], config: Config): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const folder = parseOut(args);
  if (folder === null) {
    process.stderr.write(USAGE);
    return 1;
  }
  let ledger: Ledger;
  try {
    ledger = await openLedger(config);
  } catch (error) {
    process.stderr.write(`The ledger cannot be opened: ${failureOf(error).detail}\n`);
    return 1;
  }
  try {
    const done = await exportOutcomes(ledger, folder);
    process.stdout.write(
      `${done.ecgs} ECGs with ${done.outcomes} outcomes; ${done.without} outcomes of ECGs that no longer stand were left out\n`,
    );
    return 0;
  } finally {
    await ledger.close();
  }
}

function parseOut(args: readonly string[]): string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' } },
    });
    return positionals.join(' ') === 'export' ? (values.out ?? null) : null;
  } catch {
    return null;
  }
}

function openLedger({ databaseUrl, dataDir }: Config): Promise<Ledger> {
  return databaseUrl === null
    ? openEmbeddedLedger({ dataDir, log: silentLog })
    : openPostgresLedger({ url: databaseUrl, log: silentLog });
}
