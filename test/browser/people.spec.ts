import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ALERT_STATE } from '../../src/delivery/fhir/codes.js';
import { createVirtualCart, sendBy, type VirtualCart } from '../../src/sandbox/cart/cart.js';
import { play } from '../../src/sandbox/ed/story.js';
import { createVisits } from '../../src/sandbox/ed/visit.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { eventually } from '../support/eventually.js';
import { CLIENT, startProvider, type TestProvider } from '../support/identity-provider.js';
import { writePagingSite } from '../support/paging-site.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { describeInBrowser, keepPicture, openBrowser, violationsInBoth } from './browser.js';

const WAIT_MS = 30_000;
const visits = createVisits(7);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** The virtual ED before a service that pages, with people who log in by a real provider. */
describeInBrowser('people at the board', () => {
  const folder = temporaryFolder();
  let service: RunningService;
  let provider: TestProvider;
  let browser: Browser;
  let cart: VirtualCart;
  let ehr: SandboxEhr;

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    ehr = await startSandboxEhr({ referentialIntegrity: true });
    provider = await startProvider(`${url}/board/callback`);
    service = await runService({
      env: {
        ...writePagingSite(folder.path),
        LEADWIRE_DATA_DIR: join(folder.path, 'data'),
        LEADWIRE_HTTP_PORT: String(port),
        LEADWIRE_FHIR_BASE_URL: ehr.url,
        LEADWIRE_PUBLIC_URL: url,
        LEADWIRE_BOARD_OIDC_ISSUER: provider.issuer,
        LEADWIRE_BOARD_OIDC_CLIENT_ID: CLIENT.id,
        LEADWIRE_BOARD_OIDC_CLIENT_SECRET: CLIENT.secret,
        LEADWIRE_BOARD_ROLES_CLAIM: 'groups',
      },
    });
    const mllp = { host: '127.0.0.1', port: service.mllpPort ?? 0 };
    cart = createVirtualCart({ mllp, httpUrl: service.url });
    browser = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    cart.close();
    await service.kill('SIGKILL');
    await provider.close();
    await ehr.close();
    folder.remove();
  });

  /** A browser of their own, logged in; its clock is the test's where that is asked for. */
  const as = async (role: string, clock: 'real' | 'ours' = 'real'): Promise<Page> => {
    provider.person = { id: `the-${role}`, name: `The ${role}`, groups: [role] };
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    if (clock === 'ours') await page.clock.install();
    await page.goto(`${service.url}/board/`);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.locator('header.top').waitFor({ timeout: WAIT_MS });
    return page;
  };

  let clinician: Page;

  test('nothing is shown before a login', async () => {
    const page = await browser.newPage();
    await page.goto(`${service.url}/board/`);
    await page.getByRole('link', { name: 'Log in' }).waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.row, nav').count()).toBe(0);
    expect(await violationsInBoth(page)).toEqual([]);
    await page.close();
  }, 60_000);

  test('a new occlusion of the LAD comes in without reload, with one alarm', async () => {
    clinician = await as('clinician');
    expect(await clinician.locator('.row').count()).toBe(0);
    const { reading } = visits(Date.now(), { condition: 'omi-lad-proximal' });
    await sendBy(cart, 'mllp', reading, 'LAD-1');
    await clinician.locator('.row.rank-0').waitFor({ timeout: WAIT_MS });
    expect(await clinician.locator('.alarm').count()).toBe(1);
    await keepPicture(clinician, 'worklist');
    await sendBy(cart, 'mllp', reading, 'LAD-1-again');
    expect(await violationsInBoth(clinician)).toEqual([]);
    expect(await clinician.locator('.alarm').count()).toBe(1);
  }, 90_000);

  test('a viewer sees it and cannot acknowledge it', async () => {
    const page = await as('viewer');
    await page.locator('.row.rank-0').waitFor({ timeout: WAIT_MS });
    expect(await page.getByRole('button', { name: /Acknowledge/ }).count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.getByText('Your role may look and not act.').waitFor();
    expect(await page.getByRole('link', { name: 'Messages' }).count()).toBe(0);
    await page.context().close();
  }, 60_000);

  test('a screen that nobody touches says so, and closes', async () => {
    const page = await as('viewer', 'ours');
    await page.locator('.row.rank-0').waitFor({ timeout: WAIT_MS });
    const notice = page.getByText(/this screen closes in \d+ s/);
    await page.clock.fastForward('14:20');
    await notice.waitFor({ timeout: WAIT_MS });
    await page.keyboard.press('Shift');
    await notice.waitFor({ state: 'detached', timeout: WAIT_MS });
    await page.clock.fastForward('14:20');
    await notice.waitFor({ timeout: WAIT_MS });
    await page.clock.fastForward('01:00');
    await page.getByText('You were logged out').waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.row').count()).toBe(0);
    const answer = await page.context().request.get(`${service.url}/board/api/worklist`);
    expect(answer.status()).toBe(401);
    await page.context().close();
  }, 90_000);

  test('a clinician opens it, sees what drove it on anterior leads, and acknowledges it', async () => {
    await clinician.keyboard.press('j');
    await clinician.keyboard.press('Enter');
    await clinician.locator('.paper').waitFor({ timeout: WAIT_MS });
    const told = clinician.locator('[data-evidence-leads]').first();
    await told.waitFor({ timeout: WAIT_MS });
    const leads = await clinician
      .locator('[data-evidence-leads]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-evidence-leads') ?? ''));
    expect(leads.join(' ')).toMatch(/\bV[1-4]\b/);
    expect(await clinician.locator('.paper rect[fill="#ffeeb2"]').count()).toBeGreaterThan(0);
    expect(await violationsInBoth(clinician)).toEqual([]);
    await keepPicture(clinician, 'ecg');
    await clinician.keyboard.press('a');
    await clinician
      .locator('.ecg-head .alert-state', { hasText: 'Acknowledged by The clinician' })
      .waitFor({ timeout: WAIT_MS });
    expect(await clinician.locator('.alarm').count()).toBe(0);
  }, 90_000);

  test('the EHR shows that it was taken, and by whom', async () => {
    await eventually(() => {
      expect(ehr.store.all('CommunicationRequest')).toMatchObject([
        {
          status: 'completed',
          statusReason: { text: 'Taken by The clinician.' },
          extension: [{ url: ALERT_STATE, valueCode: 'acknowledged' }],
        },
      ]);
      return Promise.resolve();
    }, WAIT_MS);
  }, 60_000);

  test('calipers measure by drag what the paper says', async () => {
    const paper = clinician.locator('.paper').first();
    const box = await paper.boundingBox();
    if (!box) throw new Error('no paper');
    const mm = box.width / 270;
    await clinician.mouse.move(box.x + 100, box.y + 60);
    await clinician.mouse.down();
    await clinician.mouse.move(box.x + 100 + 20 * mm, box.y + 60, { steps: 3 });
    await clinician.mouse.up();
    const words = await clinician.locator('.toolbar output').first().textContent();
    expect(words).toMatch(/^\s*(79\d|80\d) ms · 7[456]\/min/);
  }, 30_000);

  test('an analyst finds a message that was at fault, sees why, and replays it', async () => {
    const visit = visits(Date.now(), { condition: 'normal' });
    const story = { kind: 'eleven-leads', way: 'mllp', secondWay: 'mllp' } as const;
    await play(story, visit, cart, 'ELEVEN-1');
    const page = await as('analyst');
    await page.goto(`${service.url}/board/#/messages`);
    await page.getByLabel('Outcome').selectOption('at-fault');
    await page.getByRole('button', { name: 'Search' }).click();
    const line = page.locator('tr.failed');
    await line.waitFor({ timeout: WAIT_MS });
    await line.getByRole('button').click();
    await page.locator('.panel .why', { hasText: 'V3' }).waitFor({ timeout: WAIT_MS });
    await page.locator('.panel pre').first().waitFor();
    expect(await violationsInBoth(page)).toEqual([]);
    await keepPicture(page, 'messages');
    await page.locator('.panel').getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/Replayed 1: /).waitFor({ timeout: WAIT_MS });
    for (const part of ['dead-letters', 'destinations']) {
      await page.goto(`${service.url}/board/#/messages/${part}`);
      await page.locator('main h1').waitFor();
      expect([part, ...(await violationsInBoth(page))]).toEqual([part]);
    }
    await page.context().close();
  }, 90_000);

  test('models, the upload and the list on a phone and on a wall break no rule', async () => {
    for (const part of ['#/models', '#/photo']) {
      await clinician.goto(`${service.url}/board/${part}`);
      await clinician.locator('main h1').waitFor();
      expect([part, ...(await violationsInBoth(clinician))]).toEqual([part]);
    }
    await clinician.setViewportSize({ width: 360, height: 740 });
    await clinician.goto(`${service.url}/board/#`);
    await clinician.locator('.row').first().waitFor({ timeout: WAIT_MS });
    const widths = await clinician.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await keepPicture(clinician, 'phone');
    await clinician.setViewportSize({ width: 1920, height: 1080 });
    await clinician.goto(`${service.url}/board/?wall`);
    await clinician.locator('.row').first().waitFor({ timeout: WAIT_MS });
    expect(await violationsInBoth(clinician)).toEqual([]);
    await keepPicture(clinician, 'wall');
  }, 90_000);
});

describeInBrowser('a board that nobody can log in to', () => {
  test('is off where the address is not loopback, and says so', async () => {
    const folder = temporaryFolder();
    const service = await runService({
      env: { LEADWIRE_DATA_DIR: join(folder.path, 'data'), LEADWIRE_HTTP_HOST: '0.0.0.0' },
    });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const answer = await page.goto(`${service.url}/board/`);
      expect(answer?.status()).toBe(503);
      expect(await page.textContent('body')).toContain('The board is off');
      expect((await fetch(`${service.url}/board/api/worklist`)).status).toBe(503);
    } finally {
      await browser.close();
      await service.kill('SIGKILL');
      folder.remove();
    }
  }, 90_000);
});
