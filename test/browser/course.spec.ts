import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { EcgView } from '../../src/board/web/contract.js';
import { positives } from '../../src/board/web/words.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { createVirtualCart, sendBy, type VirtualCart } from '../../src/sandbox/cart/cart.js';
import { createVisits } from '../../src/sandbox/ed/visit.js';
import { createMllpClient } from '../../src/wire/mllp/client.js';
import { ENVELOPE } from '../support/envelope.js';
import { writePagingSite } from '../support/paging-site.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { describeInBrowser, keepPicture, openBrowser, violationsInBoth } from './browser.js';

const WAIT_MS = 30_000;
const MINUTE_MS = 60_000;
const NOTES_A_SOUND = 3;

const visits = createVisits(25);

/** The same person, with another ECG: what a second trace of one visit is. */
function inTheShoesOf(first: Reading, next: Reading): Reading {
  const { patient, encounter, birthDate } = first;
  const { ageYears, sex } = first.ecg.patient;
  return {
    ...next,
    patient,
    encounter,
    birthDate,
    ecg: { ...next.ecg, patient: { ageYears, sex } },
  };
}

/** A laboratory's message about the patient of an ECG. */
function troponin(reading: Reading, value: number, atMs: number): Uint8Array {
  const at = new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const text = Buffer.from(toOru(reading, ENVELOPE)).toString();
  const pid = text.split('\r').find((segment) => segment.startsWith('PID')) ?? '';
  return Buffer.from(
    [
      `MSH|^~\\&|LAB|HOSP|LEADWIRE|HOSP|${at}+0000||ORU^R01|LAB-${at}|P|2.5.1`,
      pid,
      `OBR|1|||TROP|||${at}+0000`,
      `OBX|1|NM|67151-1^Troponin T^LN||${value}|ng/L|<14|H|||F|||${at}+0000`,
      '',
    ].join('\r'),
  );
}

/** Counts the tones that a page really starts. */
function countTones(): void {
  const counted = window as unknown as { tones: number; AudioContext: typeof AudioContext };
  counted.tones = 0;
  counted.AudioContext = class extends AudioContext {
    override createOscillator(): OscillatorNode {
      counted.tones += 1;
      return super.createOscillator();
    }
  };
}

describeInBrowser('the course of one patient', () => {
  const folder = temporaryFolder();
  const nowMs = Date.now();
  const early = visits(nowMs - 40 * MINUTE_MS, { condition: 'normal' }).reading;
  const late = inTheShoesOf(early, visits(nowMs, { condition: 'omi-lad-proximal' }).reading);
  let service: RunningService;
  let browser: Browser;
  let page: Page;
  let cart: VirtualCart;

  beforeAll(async () => {
    service = await runService({
      env: { ...writePagingSite(folder.path), LEADWIRE_DATA_DIR: join(folder.path, 'data') },
    });
    const mllp = { host: '127.0.0.1', port: service.mllpPort ?? 0 };
    cart = createVirtualCart({ mllp, httpUrl: service.url });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(countTones);
    await page.goto(`${service.url}/board/`);
    await page.locator('main h1').waitFor({ timeout: WAIT_MS });
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    cart.close();
    await service.kill('SIGKILL');
    folder.remove();
  });

  const tones = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { tones: number }).tones);

  const shownEcg = async (): Promise<string> =>
    (await page.locator('.row').first().getAttribute('data-ecg')) ?? '';

  const foundIn = async (ecgId: string): Promise<readonly string[]> => {
    const answer = await fetch(`${service.url}/board/api/ecgs/${ecgId}`);
    const { row } = (await answer.json()) as EcgView;
    return positives(row).map(({ findingId }) => findingId);
  };

  let sounds = 0;

  test('a critical alert sounds once after a touch, and not again for the same finding', async () => {
    await page.getByText('Sound on after a touch').waitFor({ timeout: WAIT_MS });
    await page.locator('main h1').click();
    await page.getByText('Sound on', { exact: true }).waitFor({ timeout: WAIT_MS });
    await sendBy(cart, 'mllp', early, 'EARLY');
    await page.locator('.row.rank-0').waitFor({ timeout: WAIT_MS });
    await page.locator('.alarm').waitFor({ timeout: WAIT_MS });
    expect(await tones()).toBe(NOTES_A_SOUND);
    const first = await shownEcg();
    await sendBy(cart, 'rest', early, 'EARLY-again');
    await sendBy(cart, 'mllp', late, 'LATE');
    await page.locator(`.row.rank-0:not([data-ecg="${first}"])`).waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.row').count()).toBe(1);
    expect(await page.locator('.alarm').count()).toBe(1);
    const known = await foundIn(first);
    const isNews = (await foundIn(await shownEcg())).some((id) => !known.includes(id));
    sounds = isNews ? 2 : 1;
    expect(await tones()).toBe(sounds * NOTES_A_SOUND);
  }, 90_000);

  test('who turned the sound off hears nothing, and still sees the banner', async () => {
    await page.getByRole('button', { name: /^Sound on/ }).click();
    const { reading } = visits(Date.now(), { condition: 'omi-rca' });
    await sendBy(cart, 'mllp', reading, 'OTHER');
    await page.locator('.alarm').nth(1).waitFor({ timeout: WAIT_MS });
    expect(await tones()).toBe(sounds * NOTES_A_SOUND);
    await page.getByRole('button', { name: /^Sound off/ }).click();
  }, 60_000);

  test('the second ECG stands beside the first, with the change of each lead', async () => {
    const client = createMllpClient({
      host: '127.0.0.1',
      port: service.mllpPort ?? 0,
      timeoutMs: WAIT_MS,
    });
    for (const [value, minutesAgo] of [
      [12, 30],
      [96, 2],
    ] as const) {
      await client.send(troponin(early, value, nowMs - minutesAgo * MINUTE_MS));
    }
    client.close();
    await page
      .locator('.row', { hasText: early.patient?.value ?? '' })
      .getByRole('link')
      .first()
      .click();
    const before = page.locator('section[aria-labelledby="h-previous"]');
    await before.locator('li').first().waitFor({ timeout: WAIT_MS });
    const much = await before
      .locator('li.much strong')
      .evaluateAll((all) => all.map((one) => one.textContent));
    expect(much).toEqual(expect.arrayContaining(['V2', 'V3', 'V4']));

    const over = before.getByRole('button', { name: 'Over the median beats' });
    await page.locator('.medians .earlier').first().waitFor({ timeout: WAIT_MS });
    await over.click();
    await page
      .locator('.medians .earlier')
      .first()
      .waitFor({ state: 'detached', timeout: WAIT_MS });
    await over.click();
    await page.locator('.medians .earlier').first().waitFor({ timeout: WAIT_MS });

    await before.getByRole('button', { name: 'Paper beside this one' }).click();
    await page.locator('section[aria-label="Earlier ECG"] .paper').waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.paper').count()).toBe(2);
    expect(await violationsInBoth(page)).toEqual([]);
    await keepPicture(page, 'course');
  }, 90_000);

  test('troponin and both ECGs stand over one line of time, and in a table', async () => {
    await page.reload();
    const time = page.locator('section[aria-labelledby="h-time"]');
    await time.locator('svg .value', { hasText: '96' }).waitFor({ timeout: WAIT_MS });
    expect(await time.locator('svg .when').count()).toBe(2);
    expect(await time.locator('svg .point.high').count()).toBe(2);
    const placeOf = async (value: string): Promise<number> =>
      Number(await time.locator('svg .value', { hasText: value }).getAttribute('x'));
    expect(await placeOf('96')).toBeGreaterThan(await placeOf('12'));
    await time.getByText('As a table').click();
    expect(await time.locator('tbody tr').count()).toBe(2);
    expect(await time.locator('tbody').textContent()).toMatch(/96\s+ng\/L\s+H[^]*12\s+ng\/L\s+H/);
  }, 60_000);

  test('prints in true millimetres on white paper, also from a dark screen', async () => {
    await page.evaluate(() => {
      document.documentElement.dataset['theme'] = 'dark';
    });
    await page.emulateMedia({ media: 'print' });
    const paper = await page.locator('.paper').first().boundingBox();
    expect(Math.abs((paper?.width ?? 0) - (270 * 96) / 25.4)).toBeLessThan(1);
    expect(await page.locator('.top').isVisible()).toBe(false);
    const inks = await page.evaluate(() => {
      const lightness = (colour: string): number =>
        Math.max(...(colour.match(/\d+/g) ?? []).slice(0, 3).map(Number));
      const of = (selector: string): CSSStyleDeclaration =>
        getComputedStyle(document.querySelector(selector) ?? document.body);
      return {
        paper: lightness(of('main').backgroundColor),
        text: lightness(of('.ecg-head h1').color),
        small: lightness(of('.findings p').color),
      };
    });
    expect(inks.paper).toBe(255);
    expect(inks.text).toBeLessThan(80);
    expect(inks.small).toBeLessThan(140);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(2);
    await keepPicture(page, 'print');
    await page.emulateMedia({ media: 'screen' });
  }, 60_000);

  test('gives the picture that goes to the chart', async () => {
    const [taken] = await Promise.all([
      page.waitForEvent('download', { timeout: WAIT_MS }),
      page.getByRole('link', { name: 'PNG' }).first().click(),
    ]);
    const ecgId = (await page.evaluate(() => location.hash)).split('/').pop() ?? '';
    const answer = await fetch(`${service.url}/board/api/ecgs/${ecgId}/page.png?layout=3x4`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(await taken.path()).equals(bytes)).toBe(true);
  }, 60_000);
});
