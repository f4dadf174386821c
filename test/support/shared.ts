import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real recordings and other people's programs, beside the checkout where a site has them. */
export function sharedPath(...parts: readonly string[]): string | null {
  const root =
    process.env['LEADWIRE_SHARED_DIR'] ??
    fileURLToPath(new URL('../../../shared', import.meta.url));
  const path = join(root, ...parts);
  return existsSync(path) ? path : null;
}
