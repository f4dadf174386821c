import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * The board's page: one script and one sheet with names that follow from their content, and the page
 * that names them. Fails where the page would grow beyond what loads at once.
 */
const SOURCE = 'src/board/web';
const TARGET = 'dist/board/web';
const GZIP_BYTES_MAX = 150_000;

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(join(TARGET, 'assets'), { recursive: true });

const { outputFiles } = await build({
  entryPoints: [join(SOURCE, 'main.ts'), join(SOURCE, 'style/board.css')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  outdir: TARGET,
  write: false,
});

const named = outputFiles.map(({ path, contents }) => {
  const ending = path.split('.').pop();
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 10);
  return { ending, name: `board-${hash}.${ending}`, contents };
});
for (const { name, contents } of named) writeFileSync(join(TARGET, 'assets', name), contents);

const nameOf = (ending) => named.find((file) => file.ending === ending)?.name;
const page = readFileSync(join(SOURCE, 'index.html'), 'utf8')
  .replace('main.css', `assets/${nameOf('css')}`)
  .replace('main.js', `assets/${nameOf('js')}`);
writeFileSync(join(TARGET, 'index.html'), page);

const bytes = [Buffer.from(page), ...named.map(({ contents }) => contents)]
  .map((contents) => gzipSync(contents).length)
  .reduce((sum, length) => sum + length, 0);
if (bytes > GZIP_BYTES_MAX) {
  process.stderr.write(`the board weighs ${bytes} bytes gzipped, ${GZIP_BYTES_MAX} is the most\n`);
  process.exit(1);
}
