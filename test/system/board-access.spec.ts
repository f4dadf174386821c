import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf } from '../../src/board/cookies.js';
import { BrowserJar } from '../support/browser-jar.js';
import { describeWith } from '../support/describe-with.js';
import { startGateway, type Gateway } from '../support/gateway.js';
import { CLIENT, startProvider, type TestProvider } from '../support/identity-provider.js';

interface Told {
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly csrf: string;
  readonly error: { readonly code: string };
  readonly loginUrl: string;
}

const MINUTE_MS = 60_000;

describeWith('postgres', 'who may look at the board', () => {
  let gateway: Gateway;
  let provider: TestProvider;
  beforeAll(async () => {
    gateway = await startGateway(async (port) => {
      provider = await startProvider(`http://127.0.0.1:${port}/board/callback`);
      return {
        LEADWIRE_PUBLIC_URL: `http://127.0.0.1:${port}`,
        LEADWIRE_BOARD_OIDC_ISSUER: provider.issuer,
        LEADWIRE_BOARD_OIDC_CLIENT_ID: CLIENT.id,
        LEADWIRE_BOARD_OIDC_CLIENT_SECRET: CLIENT.secret,
        LEADWIRE_BOARD_ROLES_CLAIM: 'groups',
        LEADWIRE_BOARD_ROLES: 'ed-physicians=clinician;ed-screens=viewer',
      };
    });
  }, 120_000);
  afterAll(async () => {
    await gateway.stop();
    await provider.close();
  });

  const board = (path: string): string => `${gateway.url}/board/${path}`;
  const isCallback = (next: URL): boolean => next.pathname === '/board/callback';
  const as = (id: string, ...groups: string[]): void => {
    provider.person = { id, name: `Name of ${id}`, groups };
  };
  const me = async (browser: BrowserJar): Promise<Told> =>
    (await (await browser.fetch(board('api/me'))).json()) as Told;
  const login = async (): Promise<BrowserJar> => {
    const browser = new BrowserJar();
    const { at } = await browser.follow(board('login'));
    expect(at.href).toBe(board(''));
    return browser;
  };
  /** What the browser is told where it comes back with something that does not fit. */
  const refused = async (browser: BrowserJar, at: URL): Promise<number> => {
    const { status } = await browser.fetch(at);
    expect((await browser.fetch(board('api/me'))).status).toBe(401);
    return status;
  };

  test('nobody sees anything before a login, and is told where to log in', async () => {
    for (const path of ['api/me', 'api/worklist', 'api/events', 'api/messages', 'api/models']) {
      const answer = await fetch(board(path));
      expect([path, answer.status]).toEqual([path, 401]);
      const told = (await answer.json()) as Told;
      expect(told).toMatchObject({ error: { code: 'login' }, loginUrl: '/board/login' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a login gives the roles of the groups; the cookie is for no script and no other site', async () => {
    as('dr-a', 'ed-physicians', 'choir');
    const browser = new BrowserJar();
    const { at } = await browser.follow(board('login'), isCallback);
    const answer = await browser.fetch(at);
    expect(answer.status).toBe(303);
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('leadwire-session='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const told = await me(browser);
    expect(told).toMatchObject({ name: 'Name of dr-a', roles: ['clinician'] });
    expect(told.permissions).toEqual(['see', 'act']);
    const audited = await gateway.ledger.audit.list(5);
    expect(audited).toContainEqual(expect.objectContaining({ actor: 'dr-a', action: 'log in' }));
  });

  test('a viewer may look and not act; a clinician reads no messages', async () => {
    as('screen', 'ed-screens');
    const viewer = await login();
    const { csrf } = await me(viewer);
    const headers = { 'x-csrf': csrf };
    const act = (browser: BrowserJar, more: Record<string, string>) =>
      browser.fetch(board('api/alerts/alert-1/acknowledge'), { method: 'POST', headers: more });
    expect((await viewer.fetch(board('api/worklist'))).status).toBe(200);
    expect((await act(viewer, headers)).status).toBe(403);
    as('dr-b', 'clinician');
    const clinician = await login();
    const own = { 'x-csrf': (await me(clinician)).csrf };
    expect((await act(clinician, own)).status).toBe(404);
    expect((await clinician.fetch(board('api/messages'))).status).toBe(403);
    expect((await clinician.fetch(board('api/messages/x/raw'))).status).toBe(403);
  });

  test('what changes something needs the word that our page alone was told', async () => {
    as('dr-c', 'clinician');
    const browser = await login();
    for (const headers of [{}, { 'x-csrf': 'guessed' }] as Record<string, string>[]) {
      const answer = await browser.fetch(board('api/alerts/a/resolve'), {
        method: 'POST',
        headers,
      });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ error: { code: 'csrf' } });
    }
  });

  test('a group without a role lets nobody in', async () => {
    as('visitor', 'choir');
    const browser = new BrowserJar();
    const { at } = await browser.follow(board('login'), isCallback);
    expect(await refused(browser, at)).toBe(403);
  });

  test('a state that was changed, or of another browser, opens nothing', async () => {
    as('dr-d', 'clinician');
    const browser = new BrowserJar();
    const { at } = await browser.follow(board('login'), isCallback);
    const other = new BrowserJar();
    expect(await refused(other, at)).toBe(400);
    at.searchParams.set('state', 'changed');
    expect(await refused(browser, at)).toBe(401);
    // The login was used up by the attempt.
    expect(await refused(browser, at)).toBe(400);
  });

  test('a nonce, an audience, an issuer or a signature that does not fit opens nothing', async () => {
    as('dr-e', 'clinician');
    const lies: NonNullable<TestProvider['lie']>[] = [
      (claims) => ({ ...claims, nonce: 'another' }),
      (claims) => ({ ...claims, aud: 'another-client' }),
      (claims) => ({ ...claims, iss: 'https://elsewhere.example' }),
      (claims) => ({ ...claims, exp: 1 }),
    ];
    for (const lie of lies) {
      provider.lie = lie;
      const browser = new BrowserJar();
      const { at } = await browser.follow(board('login'), isCallback);
      expect(await refused(browser, at)).toBe(401);
    }
    provider.lie = (claims) => claims;
    await login();
    provider.lie = null;
  });

  test('a session is over when nobody used it, when it is old, and when it is closed', async () => {
    as('dr-f', 'clinician');
    const browser = await login();
    const { csrf } = await me(browser);
    const secret = /leadwire-session=([\w-]+)/.exec(
      browser.cookiesFor(new URL(board('api/'))),
    )?.[1];
    const digest = digestOf(secret ?? '');
    const nowMs = Date.now();
    const query = { digest, nowMs, isUse: false, openedSinceMs: 0, usedSinceMs: 0 };
    await expect(gateway.ledger.sessions.find(query)).resolves.toMatchObject({ subject: 'dr-f' });
    await expect(
      gateway.ledger.sessions.find({ ...query, usedSinceMs: nowMs + 15 * MINUTE_MS }),
    ).resolves.toBeNull();
    const headers = { 'x-csrf': csrf };
    const out = await browser.fetch(board('api/logout'), { method: 'POST', headers });
    expect(out.status).toBe(204);
    expect((await browser.fetch(board('api/me'))).status).toBe(401);
    // Neither does the cookie work that somebody kept.
    const kept = await fetch(board('api/me'), {
      headers: { cookie: `leadwire-session=${secret ?? ''}` },
    });
    expect(kept.status).toBe(401);
    const long = await login();
    await gateway.ledger.sessions.purge(Date.now() + MINUTE_MS, 0);
    expect((await long.fetch(board('api/me'))).status).toBe(401);
  });

  test('a page that follows along ends with its session', async () => {
    as('dr-g', 'clinician');
    const browser = await login();
    const answer = await browser.fetch(board('api/events'));
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const secret = /leadwire-session=([\w-]+)/.exec(
      browser.cookiesFor(new URL(board('api/'))),
    )?.[1];
    await gateway.ledger.sessions.close(digestOf(secret ?? ''));
    // Resolves only when the service ends the stream.
    await expect(answer.text()).resolves.toContain('event: banner');
  });
});

describeWith('postgres', 'a board that cannot ask who is there', () => {
  test('is off and says so, while the service runs', async () => {
    const gateway = await startGateway(() => ({ LEADWIRE_HTTP_HOST: '0.0.0.0' }));
    try {
      const page = await fetch(`${gateway.url}/board/`);
      expect(page.status).toBe(503);
      expect(await page.text()).toContain('identity provider');
      const list = await fetch(`${gateway.url}/board/api/worklist`);
      expect([list.status, await list.json()]).toMatchObject([
        503,
        { error: { code: 'board-off' } },
      ]);
      const login = await fetch(`${gateway.url}/board/login`, { redirect: 'manual' });
      expect(login.headers.get('location')).toBe('/board/');
      expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${gateway.url}/api/receipts`)).status).toBe(401);
    } finally {
      await gateway.stop();
    }
  }, 60_000);
});
