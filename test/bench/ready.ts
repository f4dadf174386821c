import { resolve } from 'node:path';
import { runService, temporaryFolder } from '../support/service.js';
import type { FillQuestion } from './fill.js';
import { askOnce } from './part.js';

export interface ReadyTimes {
  readonly emptyMs: number;
  readonly filledMs: number;
  readonly receipts: number;
}

/** From the start of the process to its `ready`, with the embedded stores and every model open. */
export async function measureReady(root: string, receipts: number): Promise<ReadyTimes> {
  const empty = temporaryFolder();
  const filled = temporaryFolder();
  try {
    const emptyMs = await readyMs(root, empty.path);
    await askOnce('./fill.ts', {
      folder: filled.path,
      template: resolve(root, 'dist/embedded-template'),
      modelsDir: resolve(root, 'models'),
      receipts,
    } satisfies FillQuestion);
    return { emptyMs, filledMs: await readyMs(root, filled.path), receipts };
  } finally {
    empty.remove();
    filled.remove();
  }
}

async function readyMs(root: string, folder: string): Promise<number> {
  const service = await runService({ root, env: { LEADWIRE_DATA_DIR: folder } });
  await service.stop();
  return service.readyMs;
}
