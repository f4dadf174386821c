import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { drawnPage, petPhoto, toJpeg } from '../support/pictures.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { describeInBrowser, keepPicture, openBrowser, violationsInBoth } from './browser.js';

const WAIT_MS = 120_000;
const MS_MAX = 240_000;

describeInBrowser('a photo of a paper ECG on the board', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  let service: RunningService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(at('data'));
    writeFileSync(at('page.jpg'), toJpeg(drawnPage('3x4', 200), 92));
    writeFileSync(at('pet.jpg'), toJpeg(petPhoto()));
    service = await runService({ env: { LEADWIRE_DATA_DIR: at('data') }, readyMsMax: MS_MAX });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 420, height: 900 } });
    await page.goto(`${service.url}/board/#/photo`);
    await page.locator('main h1').waitFor({ timeout: WAIT_MS });
  }, MS_MAX);

  afterAll(async () => {
    await browser.close();
    await service.kill('SIGKILL');
    folder.remove();
  });

  test(
    'gets its answer on the same page, and opens on paper',
    async () => {
      await page.getByLabel('Age in years').fill('63');
      await page.getByLabel('Sex').selectOption('female');
      await page.getByLabel('Patient number').fill('PAPER-42');
      await page.getByLabel('Issued by').fill('HOSP');
      await page.getByLabel('Name').fill('Berg, Alva');
      await page.setInputFiles('input[capture]', at('page.jpg'));
      const answer = page.locator('.answer article');
      await answer.waitFor({ timeout: WAIT_MS });
      expect(await answer.textContent()).toContain('Read from a picture of the paper: 3x4');
      expect(await violationsInBoth(page)).toEqual([]);
      await keepPicture(page, 'photo');
      await page.getByRole('link', { name: 'Open this ECG' }).click();
      await page.locator('.ecg-grid').waitFor({ timeout: WAIT_MS });
      const shown = (await page.locator('main').textContent()) ?? '';
      expect(shown).toContain('Read from a picture of the paper: 3x4');
      expect(shown).toMatch(/Not assessed/);
      expect(shown).toContain('Berg, Alva');
      expect(shown).toContain('PAPER-42');
      expect(shown).not.toContain('age or sex not known');
      await keepPicture(page, 'photo-ecg');
    },
    MS_MAX,
  );

  test(
    'is not sent while what stands beside it cannot be taken, and the form is empty for the next',
    async () => {
      await page.goto(`${service.url}/board/#/photo`);
      await page.locator('input[capture]').waitFor({ state: 'attached', timeout: WAIT_MS });
      expect(await page.getByLabel('Patient number').inputValue()).toBe('');
      await page.getByLabel('Patient number').fill('7');
      await page.setInputFiles('input[capture]', at('page.jpg'));
      expect(
        await page.getByLabel('Issued by').evaluate((input) => input.matches(':invalid')),
      ).toBe(true);
      expect(await page.locator('.answer').textContent()).toBe('');
      await page.getByLabel('Patient number').fill('');
      expect(await violationsInBoth(page)).toEqual([]);
    },
    MS_MAX,
  );

  test(
    'of a pet is not read, and why is said in words',
    async () => {
      await page.goto(`${service.url}/board/#/photo`);
      await page.locator('input[capture]').waitFor({ state: 'attached', timeout: WAIT_MS });
      await page.setInputFiles('input[capture]', at('pet.jpg'));
      await page.locator('.answer .withheld').waitFor({ timeout: WAIT_MS });
      const told = (await page.locator('.answer').textContent()) ?? '';
      expect(told).toContain('neither millimetre paper nor ECG traces');
      expect(told).toContain('read it yourself');
    },
    MS_MAX,
  );
});
