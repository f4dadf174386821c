import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that goes with the harness, also where that is interrupted. */
export interface Folder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const standing = new Set<string>();
let watching = false;

export async function temporaryFolder(name: string): Promise<Folder> {
  if (!watching) process.on('exit', removeAll);
  watching = true;
  const path = await mkdtemp(join(tmpdir(), `leadwire-${name}-`));
  standing.add(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      standing.delete(path);
    },
  };
}

function removeAll(): void {
  for (const path of standing) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}
