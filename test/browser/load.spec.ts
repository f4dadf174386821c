import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from './browser.js';
import { openDepartment, type Department } from './department.js';
import { answerTimes, medianOf } from './pressing.js';

const PATIENTS = 500;
const EVENTS_A_SECOND = 20;
const EVENTS_AN_HOUR = EVENTS_A_SECOND * 3600;
const INTERACTION_MS_MAX = 100;
const PAINT_MS_MAX = 1000;
/** What an hour may leave behind in the page, beside the noise of a collector. */
const HEAP_GROWTH_BYTES_MAX = 6e6;
const BURST = 2000;

describeInBrowser('a department of 500 patients with 20 events a second', () => {
  let department: Department;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    department = await openDepartment(PATIENTS);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(department.url);
    await page.locator('.row').first().waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await department.close();
  });

  const heapBytes = async (): Promise<number> => {
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  };

  test('paints the list within a second', async () => {
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9,
    );
    expect(paintMs).toBeLessThan(PAINT_MS_MAX);
  });

  test('answers a key within 100 ms while events come', async () => {
    const timer = setInterval(() => {
      department.change(1);
    }, 1000 / EVENTS_A_SECOND);
    let takenMs: number[];
    try {
      takenMs = await answerTimes(page, 15);
    } finally {
      clearInterval(timer);
    }
    expect(await page.locator('.row:focus-within').count()).toBe(1);
    expect(medianOf(takenMs)).toBeLessThan(INTERACTION_MS_MAX);
    process.stderr.write(`board: a key is answered in ${medianOf(takenMs).toFixed(0)} ms\n`);
  }, 60_000);

  test('moves no row under a reader, and counts what is new', async () => {
    const first = await page.locator('.row').first().getAttribute('data-ecg');
    department.change(40);
    await page.locator('.pill').waitFor({ timeout: 10_000 });
    expect(await page.locator('.row').first().getAttribute('data-ecg')).toBe(first);
    await page.locator('.pill').click();
    await page.mouse.move(5, 5);
    await page.keyboard.press('Escape');
    await page.locator('.pill').waitFor({ state: 'detached', timeout: 10_000 });
  }, 30_000);

  test('keeps its memory flat over the events of an hour', async () => {
    const pour = async (events: number): Promise<void> => {
      for (let poured = 0; poured < events; poured += BURST) {
        department.change(BURST);
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 30)));
      }
      await page.waitForTimeout(500);
    };
    await pour(EVENTS_AN_HOUR / 6);
    const before = await heapBytes();
    await pour((EVENTS_AN_HOUR * 5) / 6);
    const after = await heapBytes();
    process.stderr.write(
      `board: heap ${(before / 1e6).toFixed(1)} to ${(after / 1e6).toFixed(1)} MB\n`,
    );
    expect(after - before).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    expect(await page.locator('.row').count()).toBeLessThanOrEqual(PATIENTS);
    expect(await page.locator('.list-head').textContent()).toContain(`${PATIENTS} ECGs`);
  }, 120_000);
});
