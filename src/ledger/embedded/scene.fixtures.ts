import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerTemplate } from '../../../test/support/template.js';
import type { Log } from '../../core/log.js';
import {
  arrivalOf,
  ASSESSMENT,
  DELIVERIES,
  ecgVerdict,
  entryOf,
  OUTCOMES,
  UNDER,
} from '../ledger.fixtures.js';
import { openEmbeddedLedger, type EmbeddedLedger } from './embedded-ledger.js';

/** A data folder of its own, and what the ledger in it said. */
export interface Scene {
  readonly dataDir: string;
  readonly events: string[];
  open(segmentBytesMax?: number): Promise<EmbeddedLedger>;
  remove(): void;
}

export function newScene(): Scene {
  const dataDir = mkdtempSync(join(tmpdir(), 'leadwire-ledger-'));
  const events: string[] = [];
  const log: Log = (event) => void events.push(event);
  return {
    dataDir,
    events,
    open: async (segmentBytesMax) =>
      openEmbeddedLedger({
        dataDir,
        log,
        template: await ledgerTemplate(),
        ...(segmentBytesMax !== undefined && { segmentBytesMax }),
      }),
    remove: () => {
      rmSync(dataDir, { recursive: true });
    },
  };
}

export async function accept(ledger: EmbeddedLedger, seed: number, receivedAtMs = Date.now()) {
  const arrival = arrivalOf({ receivedAtMs });
  return ledger.receipts.accept(arrival, ecgVerdict(entryOf(seed)), UNDER);
}

export async function deliver(ledger: EmbeddedLedger, assessmentId: string | null): Promise<void> {
  const ids = await ledger.assessments.complete(
    assessmentId ?? '',
    ASSESSMENT,
    OUTCOMES,
    DELIVERIES,
  );
  for (const id of ids) {
    const claim = await ledger.deliveries.claim(id, 'worker', 1_000);
    await ledger.deliveries.confirm(id, claim?.fence ?? 0, `Remote/${id}`);
  }
}

/** All that the ledger says about its receipts. */
export async function contents(ledger: EmbeddedLedger) {
  const receipts = await ledger.receipts.list({ limit: 1000 });
  receipts.sort((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(
    receipts.map(async (receipt) => ({
      receipt: { ...receipt, answer: null },
      bytes: Buffer.from((await ledger.receipts.bytes(receipt.id)) ?? []).toString('base64'),
      ecg: receipt.ecgId === null ? null : await ledger.assessments.ecg(receipt.ecgId),
      assessmentId: (await ledger.assessments.ofEcg(receipt.ecgId ?? ''))?.id,
    })),
  );
}

/** A ledger with an ECG by every way in; what it then says. */
export async function fill(scene: Scene): Promise<Awaited<ReturnType<typeof contents>>> {
  const ledger = await scene.open();
  await accept(ledger, 1);
  const twice = arrivalOf();
  for (let i = 0; i < 2; i += 1) {
    await ledger.receipts.accept(twice, ecgVerdict(entryOf(2)), UNDER);
  }
  await accept(ledger, 2);
  const verdict = { outcome: 'to-fetch', reference: 'Observation/1' } as const;
  const later = await ledger.receipts.accept(arrivalOf({ door: 'fhir' }), verdict, UNDER);
  await ledger.receipts.fetched(later.receiptId, Buffer.from('{}'), ecgVerdict(entryOf(3)), UNDER);
  const before = await contents(ledger);
  await ledger.close();
  return before;
}

export function garble(file: string, from = 0): void {
  const bytes = readFileSync(file);
  for (let i = from; i < bytes.length; i += 1) bytes[i] = ((bytes[i] ?? 0) * 7 + i) & 255;
  writeFileSync(file, bytes);
}

/** Every file of rows and indexes, as a disk that lies would leave them. */
export function garbleTables(db: string): void {
  for (const folder of readdirSync(join(db, 'base'))) {
    for (const name of readdirSync(join(db, 'base', folder))) {
      if (/^\d+$/.test(name) && Number(name) >= 16_384) garble(join(db, 'base', folder, name));
    }
  }
}
