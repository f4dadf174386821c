import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The page as the build left it, read once: nothing that a request names ever becomes a path. */
export interface PageFiles {
  /** Null where the page was not built. */
  readonly index: PageFile | null;
  asset(name: string): PageFile | null;
}

export interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  mp3: 'audio/mpeg',
  webmanifest: 'application/manifest+json',
};

export async function readPageFiles(folder: string): Promise<PageFiles> {
  const index = await readOne(join(folder, 'index.html'));
  const names = await readdir(join(folder, 'assets')).catch((): string[] => []);
  const assets = new Map<string, PageFile>();
  for (const name of names) {
    const file = await readOne(join(folder, 'assets', name));
    if (file) assets.set(name, file);
  }
  return { index, asset: (name) => assets.get(name) ?? null };
}

async function readOne(path: string): Promise<PageFile | null> {
  const contentType = TYPES[path.slice(path.lastIndexOf('.') + 1)];
  if (contentType === undefined) return null;
  try {
    return { contentType, bytes: await readFile(path) };
  } catch {
    return null;
  }
}
