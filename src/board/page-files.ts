import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The page as the build left it, read once: nothing that a request names ever becomes a path. */
export interface PageFiles {
  /** Null where the page was not built. */
  readonly index: PageFile | null;
  asset(name: string): PageFile | null;
}

export interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Null where packing would save nothing: pictures and sounds are packed already. */
  readonly gzipped: Buffer | null;
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

/** A saving of less than this share is not worth a browser's unpacking. */
const WORTH_IT = 0.9;

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
    const bytes = await readFile(path);
    const packed = gzipSync(bytes, { level: 9 });
    return { contentType, bytes, gzipped: packed.length < bytes.length * WORTH_IT ? packed : null };
  } catch {
    return null;
  }
}
