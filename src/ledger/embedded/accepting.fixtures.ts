import { failureOf } from '../../core/failure.js';
import { silentLog } from '../../core/log.js';
import { arrivalOf, ecgVerdict, entryOf, UNDER } from '../ledger.fixtures.js';
import { openEmbeddedLedger } from './embedded-ledger.js';

/** The exit status of a process that another keeps from the folder. */
const REFUSED = 75;

/**
 * A process that accepts ECGs, one after the other, and writes the id of each receipt once it may be
 * acknowledged: `accepting <folder> <template> <how many>`.
 */
const [dataDir = '', template = '', count = '0'] = process.argv.slice(2);
const opening = openEmbeddedLedger({ dataDir, template, log: silentLog });
const ledger = await opening.catch((error: unknown) => {
  if (failureOf(error).detail !== 'another process holds the data folder') throw error;
  process.exit(REFUSED);
});
process.stdout.write('ready\n');
for (let seed = 1; seed <= Number(count); seed += 1) {
  const arrival = arrivalOf({ sender: `CART ${process.pid}`, bytes: Buffer.alloc(20_000, seed) });
  const { receiptId } = await ledger.receipts.accept(arrival, ecgVerdict(entryOf(seed)), UNDER);
  process.stdout.write(`${receiptId}\n`);
}
await ledger.close();
