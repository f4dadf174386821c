import { open, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type Random } from '../../../src/sandbox/random.js';
import type { Fate } from '../boundary.js';
import { killAndRestart } from './kills.js';
import type { Scenario } from './scenario.js';

/** Names the folder of the database, which the journal beside it must be able to make anew. */
const DATABASE = 'db';
const PATCHES = 40;
const PATCH_BYTES = 64;

type Damage = (folder: string, random: Random) => Promise<void>;

const DAMAGES: readonly Damage[] = [
  (folder) => rm(folder, { recursive: true }),
  async (folder) => {
    await rm(join(folder, 'global', 'pg_control'));
  },
  async (folder, random) => {
    for (const { path, size } of await filesOf(join(folder, 'base'))) {
      if (random.next() < 0.5) await truncate(path, Math.floor(size / 2));
    }
  },
  async (folder, random) => {
    for (const { path } of await filesOf(folder)) if (random.next() < 0.2) await rm(path);
  },
  (folder, random) => garble(join(folder, 'base'), random),
  (folder, random) => garble(join(folder, 'pg_wal'), random),
];

/** The embedded database is lost in every way there is; the journal beside it stays. */
export const databaseLoss: Scenario = {
  name: 'database-loss',
  stacks: ['embedded'],
  async run(rig) {
    const random = createRandom(rig.seed);
    for (const damage of DAMAGES) {
      await killAndRestart(rig, [fateOf(random)]);
      await damage(join(rig.stack.dataDir, DATABASE), random);
    }
    await rig.startReady();
    await rig.untilTold('ledgerRebuilt', 2);
    return null;
  },
};

/** Dies while results are being written, after some have been. */
function fateOf(random: Random): Fate {
  const delayMs = random.between(0, 20);
  return {
    at: 'deliver',
    blow: { moment: 'sending', occurrence: 4, delayMs, signal: 'SIGKILL' },
  };
}

async function garble(folder: string, random: Random): Promise<void> {
  const files = (await filesOf(folder)).filter(({ size }) => size > 0);
  for (let i = 0; i < PATCHES; i += 1) {
    const file = files[Math.floor(random.between(0, files.length))];
    if (!file) throw new Error(`there is nothing to garble in ${folder}`);
    const bytes = Buffer.from(Array.from({ length: PATCH_BYTES }, () => random.between(0, 256)));
    const handle = await open(file.path, 'r+');
    await handle.write(bytes, 0, PATCH_BYTES, Math.floor(random.between(0, file.size)));
    await handle.close();
  }
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
}

async function filesOf(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: FoundFile[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const handle = await open(path, 'r');
    found.push({ path, size: (await handle.stat()).size });
    await handle.close();
  }
  // The order of a folder is the file system's; the seed's must be ours.
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
