import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { decodeFile } from '../formats/files.js';
import { openEmbeddedLedger } from '../ledger/embedded/embedded-ledger.js';
import { arrivalOf, ecgVerdict, entryOf, UNDER } from '../ledger/ledger.fixtures.js';
import { outcomeOf } from '../ledger/outcomes.suite.js';
import { silentLog } from '../core/log.js';
import { temporaryFolder } from '../../test/support/service.js';
import { ledgerTemplate } from '../../test/support/template.js';
import { exportOutcomes } from './outcomes-export.js';

test('outcomes leave with their ECGs and without a word of who it was', async () => {
  const folder = temporaryFolder();
  const ledger = await openEmbeddedLedger({
    dataDir: join(folder.path, 'data'),
    log: silentLog,
    template: await ledgerTemplate(),
  });
  const entry = entryOf(1);
  const { ecgId } = await ledger.receipts.accept(arrivalOf(), ecgVerdict(entry), UNDER);
  const atMs = (entry.acquisition.instantMs ?? 0) + 3_600_000;
  await ledger.outcomes.record(outcomeOf(ecgId ?? '', { atMs, findingId: 'omi' }));
  await ledger.outcomes.record(outcomeOf(ecgId ?? '', { atMs: atMs + 1_000, findingId: 'a,b\nc' }));
  await ledger.outcomes.record(outcomeOf('ecg-gone'));
  const out = join(folder.path, 'out');
  await expect(exportOutcomes(ledger, out)).resolves.toEqual({ ecgs: 1, outcomes: 2, without: 1 });
  await ledger.close();

  const read = (name: string) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n');
  expect(read('outcomes.csv')).toEqual([
    'ecg_id,finding_id,says,source,at_ms',
    'e000001,omi,present,board,3600000',
    'e000001,a-b-c,present,board,3601000',
  ]);
  expect(read('ecgs.csv')[1]).toMatch(/^e000001,records\/e000001,p-[0-9a-f]{16},,64,female$/);
  const [dat = '', hea = ''] = readdirSync(join(out, 'records')).sort();
  const header = readFileSync(join(out, 'records', hea));
  const decoded = decodeFile(header, { sibling: () => readFileSync(join(out, 'records', dat)) });
  expect(decoded.ok && decoded.value.ecg.leads.map(({ samples }) => [...samples])).toEqual(
    entry.ecg.leads.map(({ samples }) => [...samples]),
  );
  expect(header.toString()).not.toMatch(/MRN|Doe|2026|S1/);
  folder.remove();
}, 120_000);
