import { existsSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './folder.js';

/** A copy of the built product that nobody rebuilds while it is being killed. */
export interface Build {
  readonly main: string;
  remove(): Promise<void>;
}

/** One place of one compiled file, rewritten. A change that finds no place to go is an error. */
export interface Mutation {
  readonly file: string;
  readonly find: RegExp;
  readonly replace: string;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function copyBuild(dist: string, mutations: readonly Mutation[] = []): Promise<Build> {
  if (!existsSync(join(dist, 'main.js'))) {
    throw new Error(`there is no build in ${dist}: npm run build`);
  }
  const { path: folder, remove } = await temporaryFolder('build');
  try {
    await cp(dist, join(folder, 'dist'), { recursive: true });
    for (const name of ['node_modules', 'models', 'package.json']) {
      await symlink(join(ROOT, name), join(folder, name));
    }
    for (const mutation of mutations) await mutate(join(folder, 'dist'), mutation);
  } catch (error) {
    await remove();
    throw error;
  }
  return { main: join(folder, 'dist', 'main.js'), remove };
}

async function mutate(dist: string, { file, find, replace }: Mutation): Promise<void> {
  const path = join(dist, file);
  const text = await readFile(path, 'utf8');
  const places = [...text.matchAll(new RegExp(find.source, 'g'))].length;
  if (places !== 1) throw new Error(`${file}: ${places} places read ${find.source}, not one`);
  await writeFile(path, text.replace(find, replace));
}
