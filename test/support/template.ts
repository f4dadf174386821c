import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTemplate } from '../../src/ledger/embedded/template.js';
import { MIGRATIONS } from '../../src/ledger/sql/migrations.js';

/** A database to start from, made once a machine and schema: making one takes seconds. */
export async function ledgerTemplate(): Promise<string> {
  const schema = createHash('sha256').update(JSON.stringify(MIGRATIONS)).digest('hex');
  const folder = join(tmpdir(), `leadwire-test-template-${schema.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const draft = `${folder}-${process.pid}`;
    await buildTemplate(draft, () => Promise.resolve());
    // Of two that made it at once the second finds the first one's in place.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return folder;
}
