import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { assessEvaluation, isInForce, policyFaults } from './core/decision/standing.js';
import { isTroponinRising } from './core/decision/troponin.js';
import { loadPolicy } from './policy-file.js';
import { parseKeySet, signPolicy } from './policy-signature.js';

const NOW_MS = Date.UTC(2026, 10, 25);
const HERE = { omi: 'a'.repeat(64), ami: 'b'.repeat(64) };
const APPROVED = {
  version: '7',
  approvedBy: 'Dr A',
  validUntil: '2027-01-01T00:00:00Z',
  approvedFor: { omi: HERE.omi },
};
const card = (id: string, standing: 'placeholder' | 'evaluation' = 'evaluation') => ({
  id,
  standing,
  defaultMode: 'advise' as const,
});

describe('a policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-policy-'));
  const policyFile = join(folder, 'policy.json');
  const policyKeysFile = join(folder, 'keys.json');
  let key: JWK;
  let stranger: JWK;
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = { ...(await exportJWK(pair.privateKey)), alg: 'ES256', kid: 'lead' };
    const other = await generateKeyPair('ES256', { extractable: true });
    stranger = { ...(await exportJWK(other.privateKey)), alg: 'ES256', kid: 'lead' };
    const listed = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'lead' };
    writeFileSync(policyKeysFile, JSON.stringify({ keys: [listed] }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const written = (document: object): Buffer => {
    rmSync(`${policyFile}.jws`, { force: true });
    const bytes = Buffer.from(JSON.stringify(document));
    writeFileSync(policyFile, bytes);
    return bytes;
  };
  const load = (keys: string | null = null) =>
    loadPolicy({ policyFile, policyKeysFile: keys }, HERE);
  const signed = async (document: object, by: JWK): Promise<void> => {
    const bytes = written(document);
    writeFileSync(`${policyFile}.jws`, await signPolicy(bytes, by));
  };

  test('that is approved, valid and for these models is in force', async () => {
    written(APPROVED);
    const policy = await load();
    expect(policyFaults(policy, NOW_MS)).toEqual([]);
    expect(isInForce(policy, Date.parse(APPROVED.validUntil))).toBe(false);
  });

  test.each([
    ['without anybody who approved it', { approvedBy: null }],
    ['without an end', { validUntil: null }],
    ['that has expired', { validUntil: '2026-01-01T00:00:00Z' }],
    ['for other weights', { approvedFor: { omi: 'c'.repeat(64) } }],
    ['for a model that is not here', { approvedFor: { arrest: HERE.omi } }],
  ])('%s is not', async (_, more) => {
    written({ ...APPROVED, ...more });
    const policy = await load();
    expect(policyFaults(policy, NOW_MS)).toHaveLength(1);
    expect(assessEvaluation(policy, [card('omi')], NOW_MS).everything).toBe(true);
  });

  test('is signed by a listed key, or not in force where keys are listed', async () => {
    written(APPROVED);
    expect((await load(policyKeysFile)).doubts).toEqual([{ kind: 'unsigned' }]);
    await signed(APPROVED, stranger);
    expect((await load(policyKeysFile)).doubts).toEqual([{ kind: 'signature-not-valid' }]);
    await signed(APPROVED, key);
    expect((await load(policyKeysFile)).doubts).toEqual([]);
    appendFileSync(policyFile, ' ');
    expect((await load(policyKeysFile)).doubts).toEqual([{ kind: 'signature-not-valid' }]);
  });

  test('is not signed by nobody: a signature without a key does not count', async () => {
    written(APPROVED);
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    writeFileSync(`${policyFile}.jws`, `${header}..`);
    expect((await load(policyKeysFile)).doubts).toEqual([{ kind: 'signature-not-valid' }]);
  });

  test('keeps no private key among those that it is checked by', () => {
    expect(() => parseKeySet(JSON.stringify({ keys: [key] }))).toThrow('private');
  });

  test('speaks for the models that it was approved for, and no others', async () => {
    written(APPROVED);
    const policy = await load();
    expect(assessEvaluation(policy, [card('omi')], NOW_MS)).toEqual({ everything: false, why: [] });
    const mixed = assessEvaluation(policy, [card('omi'), card('ami')], NOW_MS);
    expect(mixed).toMatchObject({ everything: false, why: [expect.stringContaining('ami')] });
    const plumbing = assessEvaluation(policy, [card('omi', 'placeholder')], NOW_MS);
    expect(plumbing.everything).toBe(true);
  });

  test('with an unknown key is refused', async () => {
    written({ ...APPROVED, treshold: 1 });
    await expect(load()).rejects.toThrow('treshold');
  });

  test('edited under the same version is another version', async () => {
    written(APPROVED);
    const one = await load();
    written({ ...APPROVED, freshMinutesMax: 30 });
    expect((await load()).version).not.toBe(one.version);
  });
});

describe('a troponin', () => {
  const value = (minutesAgo: number, amount: number, unit = 'ng/L') => ({
    code: '89579-7',
    unit,
    value: amount,
    atMs: NOW_MS - minutesAgo * 60_000,
  });

  test('rises where the newest stands a fifth above an earlier one', () => {
    expect(isTroponinRising([value(60, 20), value(5, 40)], NOW_MS)).toBe(true);
    expect(isTroponinRising([value(60, 40), value(5, 41)], NOW_MS)).toBe(false);
    expect(isTroponinRising([value(60, 40), value(5, 20)], NOW_MS)).toBe(false);
  });

  test('alone, of another unit, of last week or of tomorrow says nothing', () => {
    expect(isTroponinRising([], NOW_MS)).toBe(false);
    expect(isTroponinRising([value(5, 400)], NOW_MS)).toBe(false);
    expect(isTroponinRising([value(60, 0.02, 'ug/L'), value(5, 40)], NOW_MS)).toBe(false);
    expect(isTroponinRising([value(9_000, 20), value(5, 40)], NOW_MS)).toBe(false);
    expect(isTroponinRising([value(60, 20), value(-5, 40)], NOW_MS)).toBe(false);
  });
});
