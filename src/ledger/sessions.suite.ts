import { expect, test } from '@jest/globals';
import type { Bench } from './ledger.suite.js';
import type { SessionQuery } from './sessions.js';

export function sessionRules(bench: () => Bench): void {
  const sessions = () => bench().ledger.sessions;
  let serial = 0;
  const open = async (openedAtMs: number) => {
    serial += 1;
    const digest = `digest-${serial}`;
    await sessions().open({
      digest,
      subject: 'dr-a',
      name: 'Dr A',
      roles: ['clinician'],
      csrf: 'word',
      openedAtMs,
    });
    return digest;
  };
  const query = (digest: string, more: Partial<SessionQuery> = {}): SessionQuery => ({
    digest,
    usedSinceMs: 0,
    openedSinceMs: 0,
    nowMs: 1_000,
    isUse: false,
    ...more,
  });

  test('a session is found by its digest until it is closed', async () => {
    const digest = await open(1_000);
    await expect(sessions().find(query(digest))).resolves.toEqual({
      digest,
      subject: 'dr-a',
      name: 'Dr A',
      roles: ['clinician'],
      csrf: 'word',
      openedAtMs: 1_000,
      usedAtMs: 1_000,
    });
    await expect(sessions().find(query('other'))).resolves.toBeNull();
    await sessions().close(digest);
    await expect(sessions().find(query(digest))).resolves.toBeNull();
  });

  test('one that nobody used for long is over; one that is used goes on, but not for ever', async () => {
    const digest = await open(1_000);
    await expect(sessions().find(query(digest, { usedSinceMs: 1_001 }))).resolves.toBeNull();
    await sessions().find(query(digest, { nowMs: 60_000 }));
    await expect(sessions().find(query(digest, { usedSinceMs: 60_000 }))).resolves.toBeNull();
    await sessions().find(query(digest, { nowMs: 60_000, isUse: true }));
    const used = query(digest, { usedSinceMs: 60_000 });
    await expect(sessions().find(used)).resolves.toMatchObject({ usedAtMs: 60_000 });
    await expect(sessions().find({ ...used, openedSinceMs: 1_001 })).resolves.toBeNull();
  });

  test('a login that has begun is given out once, and not when it is old', async () => {
    const login = { state: 's', nonce: 'n', verifier: 'v', atMs: 5_000 };
    await sessions().beginLogin({ digest: 'login-1', ...login });
    await sessions().beginLogin({ digest: 'login-2', ...login });
    const taken = await Promise.all([1, 2].map(() => sessions().takeLogin('login-1', 5_000)));
    expect(taken.filter((one) => one !== null)).toEqual([{ digest: 'login-1', ...login }]);
    await expect(sessions().takeLogin('login-2', 5_001)).resolves.toBeNull();
  });

  test('what is over is purged', async () => {
    const [old, used] = [await open(2_000), await open(900_000)];
    await sessions().purge(800_000, 0);
    await expect(sessions().find(query(old))).resolves.toBeNull();
    await expect(sessions().find(query(used))).resolves.not.toBeNull();
    await sessions().purge(0, 900_001);
    await expect(sessions().find(query(used))).resolves.toBeNull();
  });
}
