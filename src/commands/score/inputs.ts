import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';

export const FILES_MAX = 1_000_000;

export interface InputFile {
  readonly path: string;
  /** As it lies below the folder that was named; of a file that was named, the bare name. */
  readonly name: string;
}

export interface Inputs {
  /** Each file once, folders unfolded, in the order of the call and then of the names. */
  readonly files: readonly InputFile[];
  /** Named in the call, and not there. */
  readonly missing: readonly string[];
  /** One file was named, and no folder. */
  readonly isSingle: boolean;
}

export async function listInputs(paths: readonly string[]): Promise<Inputs> {
  const files = new Map<string, string>();
  const missing: string[] = [];
  let folders = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (!found) missing.push(path);
    else if (found.isDirectory()) {
      folders += 1;
      for (const file of await filesBelow(path)) {
        if (files.size < FILES_MAX) files.set(file, relative(path, file));
      }
    } else files.set(path, basename(path));
  }
  return {
    files: [...files].map(([path, name]) => ({ path, name })),
    missing,
    isSingle: folders === 0 && paths.length === 1,
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const headers = new Set(paths.filter((path) => extname(path) === '.hea').map(stemOf));
  return paths.filter((path) => extname(path) === '.hea' || !headers.has(stemOf(path)));
}

/** The samples and annotations of a WFDB record lie beside its header and are no files of their own. */
function stemOf(path: string): string {
  return join(dirname(path), basename(path, extname(path)));
}
