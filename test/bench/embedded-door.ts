import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/core/log.js';
import { openHl7Listener } from '../../src/ingest/hl7v2/listener.js';
import { createIntake } from '../../src/ingest/intake.js';
import { openEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.js';
import { openQueue } from '../../src/queue/backends.js';
import { QUEUE_SCHEMA } from '../../src/queue/postgres-backend.js';
import { answerWith } from './part.js';

/**
 * The MLLP door over the embedded ledger and queue with nobody working behind it. With PostgreSQL a
 * gateway process is just that; the embedded ledger serves one process, so its door is put together
 * here from the same parts.
 */
export interface DoorOpened {
  readonly port: number;
}

answerWith(async (): Promise<DoorOpened> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-door-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const log = silentLog;
  const ledger = await openEmbeddedLedger({ dataDir: folder, log });
  const embeddedPool = ledger.embeddedPool(QUEUE_SCHEMA);
  const queue = await openQueue({ url: undefined, embeddedPool, log });
  const now = (): number => Date.now();
  const intake = createIntake({
    ledger,
    queue,
    log,
    under: { modelSet: 'bench', policyVersion: 'bench' },
    zoneOf: () => null,
    now,
  });
  const { port } = await openHl7Listener({
    host: '127.0.0.1',
    port: 0,
    log,
    now,
    contentFaultAnswer: 'AA',
    submit: (submission) => intake.submit(submission),
    recordAnswer: (id, answer) => ledger.receipts.recordAnswer(id, answer),
  });
  return { port };
});
