import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { toObservation } from '../../src/formats/fhir/write.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { simulateEcg } from '../support/simulated.js';
import { describeInBrowser, keepPicture, openBrowser, violations } from './browser.js';

/** Taken just now: an occlusion that nobody overlooks. */
function occlusion(): string {
  const reading = sampleReading();
  return JSON.stringify(
    toObservation({
      ...reading,
      ecg: simulateEcg({ condition: 'anterior-occlusion', seed: 11, ageYears: 67, sex: 'male' }),
      birthDate: null,
      acquired: { local: new Date().toISOString().slice(0, 23), offsetMinutes: 0 },
    }),
  );
}

describeInBrowser('the board in a browser', () => {
  const folder = temporaryFolder();
  let service: RunningService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await runService({ env: { LEADWIRE_DATA_DIR: join(folder.path, 'data') } });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(`${service.url}/board/`);
  }, 90_000);

  afterAll(async () => {
    await browser.close();
    await service.kill('SIGKILL');
    folder.remove();
  });

  test('weighs less than 150 kB on its way', async () => {
    const sizes = await page.evaluate(() =>
      performance.getEntries().map((one) => (one as PerformanceResourceTiming).transferSize || 0),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(5_000);
    expect(total).toBeLessThan(150_000);
  });

  test('shows a new ECG without being loaded again', async () => {
    expect(await page.locator('[data-ecg]').count()).toBe(0);
    const answer = await fetch(`${service.url}/api/ecgs`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: occlusion(),
    });
    expect(answer.ok).toBe(true);
    await page.locator('[data-ecg]').waitFor({ timeout: 20_000 });
    expect(await page.locator('.rows').textContent()).not.toMatch(/\bnormal\b(?! ECG)/i);
  }, 40_000);

  test.each(['light', 'dark'] as const)('breaks no rule of WCAG 2.2 AA in %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await violations(page)).toEqual([]);
  });

  test('opens it by the keyboard, on its paper', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/ecg\/ecg-/);
    await page.getByRole('button', { name: /Calipers/ }).waitFor({ timeout: 10_000 });
    expect(await violations(page)).toEqual([]);
  }, 30_000);

  test('says so when the service is gone, and gives no all-clear', async () => {
    await page.goto(`${service.url}/board/`);
    await page.locator('[data-ecg]').waitFor();
    await service.kill('SIGKILL');
    await page.locator('.lost-bar').waitFor({ timeout: 20_000 });
    expect(await page.locator('main.lost').count()).toBe(1);
    await keepPicture(page, 'lost');
  }, 40_000);
});
