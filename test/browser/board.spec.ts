import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { toObservation } from '../../src/formats/fhir/write.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { simulateEcg } from '../support/simulated.js';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const withChromium = existsSync(CHROMIUM) ? describe : describe.skip;
if (!existsSync(CHROMIUM)) process.stderr.write('skipped: the board in a browser (no Chromium)\n');

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

/** What WCAG 2.2 AA forbids on the page as it stands, by rule. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}

withChromium('the board in a browser', () => {
  const folder = temporaryFolder();
  let service: RunningService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await runService({ env: { LEADWIRE_DATA_DIR: join(folder.path, 'data') } });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
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
  }, 40_000);
});
