import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { ledgerTemplate } from '../../../test/support/template.js';
import { silentLog } from '../../core/log.js';
import { ledgerSuite } from '../ledger.suite.js';
import { openEmbeddedLedger } from './embedded-ledger.js';

describe('the embedded ledger', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'leadwire-ledger-'));
  afterAll(() => {
    rmSync(dataDir, { recursive: true });
  });

  ledgerSuite(async (now) =>
    openEmbeddedLedger({ dataDir, now, log: silentLog, template: await ledgerTemplate() }),
  );
});
