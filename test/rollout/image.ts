import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';
import { ROOT } from '../chaos/build.js';
import { temporaryFolder, type Folder } from '../chaos/folder.js';

/** What the Dockerfile of a version makes, without a container: a folder, and what runs in it. */
export interface Image {
  readonly name: string;
  /** Its working directory: bin, dist, models and modules beside each other. */
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The chart that was released with it. */
  readonly chart: string;
  remove(): Promise<void>;
}

export interface ImageOptions {
  readonly name: string;
  /** A checkout of the version. */
  readonly source: string;
  /** Its models; the small network of the tests in the checkout where not given. */
  readonly models?: string;
  /** Weights differ from version to version, and so does the name of the model set. */
  readonly modelVersion?: string;
  /** A statement that the migrations of this version end with. */
  readonly migration?: { readonly name: string; readonly statements: readonly string[] };
}

const NOT_SHIPPED = /(\.(spec|suite|fixtures)\.ts|[\\/]board[\\/]web[\\/].*)$/;

/** Types are stripped and nothing is checked: that is the build's to do. */
export async function buildImage(options: ImageOptions): Promise<Image> {
  const { name, source } = options;
  const { path: folder, remove } = await temporaryFolder(`image-${name}`);
  try {
    // Pods run as nobody in particular and have to read it.
    await chmod(folder, 0o755);
    await transpile(join(source, 'src'), join(folder, 'dist'));
    await cp(join(source, 'bin'), join(folder, 'bin'), { recursive: true });
    await cp(join(source, 'package.json'), join(folder, 'package.json'));
    const models = options.models ?? join(source, 'test/models');
    await cp(models, join(folder, 'models'), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    if (options.modelVersion !== undefined) await renameModel(folder, options.modelVersion);
    if (options.migration) await addMigration(folder, options.migration);
    const dockerfile = await readFile(join(source, 'Dockerfile'), 'utf8');
    return {
      name,
      folder,
      entrypoint: entrypointIn(dockerfile),
      env: environmentIn(dockerfile),
      chart: join(source, 'charts/leadwire'),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function transpile(from: string, to: string): Promise<void> {
  const names = await readdir(from, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts') && !NOT_SHIPPED.test(`/${name}`));
  for (const name of sources) {
    const { code } = await transform(await readFile(join(from, name), 'utf8'), {
      filename: name,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    });
    const path = join(to, name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
}

/** The first of its models by name. */
async function modelOf(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'models'));
  const model = names.sort().find((name) => existsSync(join(folder, 'models', name, 'card.json')));
  if (model === undefined) throw new Error(`there is no model in ${folder}`);
  return join(folder, 'models', model);
}

async function renameModel(folder: string, version: string): Promise<void> {
  const path = join(await modelOf(folder), 'card.json');
  const card = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...card, version }));
}

async function addMigration(folder: string, migration: unknown): Promise<void> {
  const path = join(folder, 'dist/ledger/sql/migrations.js');
  const text = await readFile(path, 'utf8');
  await writeFile(path, `${text}\nMIGRATIONS.push(${JSON.stringify(migration)});\n`);
}

/** Flips one bit of a network's weights: what a bad copy or a bad disk does. */
export async function spoilModel({ folder }: Image): Promise<string> {
  const file = 'member-1.onnx';
  const path = join(await modelOf(folder), file);
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(path, bytes);
  return file;
}

function lastStage(dockerfile: string): string {
  return dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).replaceAll('\\\n', ' ');
}

function entrypointIn(dockerfile: string): string[] {
  const [, list] = /^ENTRYPOINT (\[.*\])$/m.exec(lastStage(dockerfile)) ?? [];
  if (list === undefined) throw new Error('the Dockerfile names no entrypoint');
  return JSON.parse(list) as string[];
}

function environmentIn(dockerfile: string): Record<string, string> {
  const [, pairs = ''] = /^ENV (.*)$/m.exec(lastStage(dockerfile)) ?? [];
  return Object.fromEntries(
    [...pairs.matchAll(/(\w+)=(\S+)/g)].map(([, k = '', v = '']) => [k, v]),
  );
}

/** The version before, in a folder of its own: nothing of the checkout is touched. */
export async function checkout(commit: string): Promise<Folder> {
  const folder = await temporaryFolder('previous');
  const paths = ['bin', 'src', 'charts', 'test/models', 'package.json', 'Dockerfile'];
  const archive = execFileSync('git', ['archive', commit, ...paths], {
    cwd: ROOT,
    maxBuffer: 512 * 1_048_576,
  });
  execFileSync('tar', ['-x', '-C', folder.path], { input: archive });
  return folder;
}

/** The last tag before this commit; without one, the commit before the last that changed the product. */
export function previousVersion(): string | null {
  const tag = git('describe', '--tags', '--abbrev=0', 'HEAD^');
  const commit = tag ?? git('log', '--skip=1', '-1', '--format=%h', '--', 'src');
  if (commit === null || git('cat-file', '-t', `${commit}:charts/leadwire`) === null) return null;
  return commit;
}

function git(...args: string[]): string | null {
  try {
    const text = execFileSync('git', args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() === '' ? null : text.trim();
  } catch {
    return null;
  }
}
