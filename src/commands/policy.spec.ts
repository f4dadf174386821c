import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { loadConfig } from '../config.js';
import { policy } from './policy.js';

const DAY_MS = 86_400_000;

describe('leadwire policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-policy-command-'));
  const at = (name: string): string => join(folder, name);
  const loaded = loadConfig({
    LEADWIRE_MODELS_DIR: 'models',
    LEADWIRE_POLICY_KEYS_FILE: at('keys.json'),
  });
  if (!loaded.ok) throw new Error(loaded.problems.join());
  const { config } = loaded;
  const told: string[] = [];
  let approvedFor: Record<string, string>;

  const key = async (name: string, listed: boolean): Promise<void> => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const of = async (half: typeof pair.privateKey): Promise<JWK> => ({
      ...(await exportJWK(half)),
      alg: 'ES256',
      kid: 'lead',
    });
    writeFileSync(at(`${name}.jwk`), JSON.stringify(await of(pair.privateKey)));
    if (listed)
      writeFileSync(at('keys.json'), JSON.stringify({ keys: [await of(pair.publicKey)] }));
  };
  const write = (validUntilMs: number): string => {
    const validUntil = new Date(validUntilMs).toISOString();
    const document = { version: 'site-1', approvedBy: 'Dr A', validUntil, approvedFor };
    writeFileSync(at('policy.json'), JSON.stringify(document));
    rmSync(at('policy.json.jws'), { force: true });
    return at('policy.json');
  };
  const run = async (...args: string[]): Promise<{ code: number; said: string }> => {
    told.length = 0;
    const code = await policy(args, config);
    return { code, said: told.join('') };
  };

  beforeAll(async () => {
    await key('ours', true);
    await key('stranger', false);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => told.push(String(text)) > 0);
    }
    approvedFor = JSON.parse((await run('digests')).said) as Record<string, string>;
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('tells the digest of each model that is here', () => {
    expect(Object.keys(approvedFor).length).toBeGreaterThan(0);
    for (const digest of Object.values(approvedFor)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('signs a policy so that its check finds no fault with the signature', async () => {
    const file = write(Date.now() + DAY_MS);
    const unsigned = await run('check', file);
    const signed = await run('sign', file, '--key', at('ours.jwk'));
    expect(signed).toEqual({ code: 0, said: expect.stringContaining('policy.json.jws signs ') });
    const checked = await run('check', file);
    expect(unsigned).toEqual({ code: 1, said: expect.stringContaining('is not signed') });
    expect(checked.said).not.toMatch(/sign/);
  });

  test.each([
    ['by the key of a stranger', 'stranger.jwk', () => undefined],
    [
      'and changed afterwards',
      'ours.jwk',
      () => {
        appendFileSync(at('policy.json'), ' ');
      },
    ],
  ])('a policy signed %s is not in force', async (_, by, change) => {
    const file = write(Date.now() + DAY_MS);
    await run('sign', file, '--key', at(by));
    change();
    const checked = await run('check', file);
    expect(checked).toEqual({ code: 1, said: expect.stringContaining('is not valid') });
  });

  test('one that has run out says so, however well it is signed', async () => {
    const file = write(Date.now() - DAY_MS);
    await run('sign', file, '--key', at('ours.jwk'));
    const checked = await run('check', file);
    expect(checked).toEqual({ code: 1, said: expect.stringContaining('has expired') });
    expect(checked.said).not.toMatch(/sign/);
  });

  test('a key that names no algorithm signs nothing, and usage is told to who asks wrongly', async () => {
    const file = write(Date.now() + DAY_MS);
    const nameless = {
      ...(JSON.parse(readFileSync(at('ours.jwk'), 'utf8')) as JWK),
      alg: undefined,
    };
    writeFileSync(at('nameless.jwk'), JSON.stringify(nameless));
    expect((await run('sign', file, '--key', at('nameless.jwk'))).code).toBe(1);
    expect(() => readFileSync(`${file}.jws`)).toThrow();
    for (const args of [[], ['sign', file], ['sing', file]]) {
      expect(await run(...args)).toEqual({
        code: 1,
        said: expect.stringContaining('policy check'),
      });
    }
  });
});
