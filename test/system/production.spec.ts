import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SETTINGS, environmentName } from '../../src/config.js';
import { runService, temporaryFolder } from '../support/service.js';

/** Nobody: a user that owns nothing. */
const STRANGER = 65_534;
const isRoot = process.getuid?.() === 0;
const asStranger = isRoot ? test : test.skip;
/** What a tree of the image may weigh; Node itself comes on top. */
const TREE_MEBIBYTES_MAX = 290;

describe('the production tree (needs root, to become somebody else)', () => {
  const folder = temporaryFolder();
  const tree = join(folder.path, 'app');
  const data = join(folder.path, 'data');

  beforeAll(() => {
    if (!isRoot) return;
    chmodSync(folder.path, 0o755);
    mkdirSync(tree);
    for (const name of ['package.json', 'package-lock.json', '.npmrc', 'bin', 'dist', 'models']) {
      cpSync(name, join(tree, name), { recursive: true });
    }
    const npm = { cwd: tree, stdio: 'ignore' as const };
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], npm);
    execFileSync(process.execPath, [join(process.cwd(), 'scripts/prune-platforms.js')], npm);
    mkdirSync(data);
    chownSync(data, STRANGER, STRANGER);
  }, 180_000);

  afterAll(() => {
    folder.remove();
  });

  asStranger(
    'runs as another user who may write to its data folder alone',
    async () => {
      const service = await runService({
        root: tree,
        uid: STRANGER,
        env: { LEADWIRE_DATA_DIR: join(data, 'ledger'), HOME: '/nonexistent' },
      });
      const ready = await fetch(`${service.url}/health/ready`);
      expect(await ready.json()).toMatchObject({ ready: true });
      expect(await service.stop()).toBe(0);
      expect(statSync(join(data, 'ledger')).uid).toBe(STRANGER);
      const touched = execFileSync('find', [tree, '-uid', String(STRANGER)], { encoding: 'utf8' });
      expect(touched).toBe('');
    },
    60_000,
  );

  asStranger('holds one platform of the runtime and no development tools', () => {
    const megabytes = Number(
      execFileSync('du', ['-sm', tree], { encoding: 'utf8' }).split('\t')[0],
    );
    expect(megabytes).toBeLessThan(TREE_MEBIBYTES_MAX);
    expect(existsSync(join(tree, 'node_modules/typescript'))).toBe(false);
    expect(existsSync(join(tree, 'node_modules/onnxruntime-node/bin/napi-v6/win32/x64'))).toBe(
      false,
    );
  });
});

interface ComposeFile {
  readonly services: Record<
    string,
    {
      readonly environment?: Record<string, string>;
      readonly depends_on?: object;
      readonly secrets?: string[];
      readonly command?: string[];
      readonly read_only?: boolean;
    }
  >;
  readonly secrets: Record<string, unknown>;
}

describe('docker-compose.yml', () => {
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as ComposeFile;
  const services = Object.entries(compose.services);

  test('names only settings that exist', () => {
    const known = Object.entries(SETTINGS).flatMap(([name, { secret }]) => {
      const key = environmentName(name);
      return secret ? [key, `${key}_FILE`] : [key];
    });
    const used = services
      .flatMap(([, { environment = {} }]) => Object.keys(environment))
      .filter((name) => name.startsWith('LEADWIRE_'));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('refers only to services and secrets that it has', () => {
    for (const [, { depends_on = {}, secrets = [] }] of services) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(depends_on)),
      );
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
    }
  });

  test('keeps jobs in Redis, and our containers from writing beside their volumes', () => {
    expect(compose.services['redis']?.command).toEqual(
      expect.arrayContaining(['noeviction', '--appendonly', 'yes']),
    );
    expect(compose.services['gateway']?.read_only).toBe(true);
    expect(compose.services['worker']?.read_only).toBe(true);
  });
});
