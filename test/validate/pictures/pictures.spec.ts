import { beforeAll, describe, expect, it } from '@jest/globals';
import { leadOf } from '../../../src/core/ecg/ecg.js';
import { drawEcg } from '../../../src/core/image/draw-ecg.js';
import { rasterise, type Pixels } from '../../../src/core/image/raster.js';
import { readPage, type PageReading } from '../../../src/core/image/read/page.js';
import { measure } from '../../../src/core/signal/measure.js';
import { createRandom } from '../../../src/sandbox/random.js';

import { compare } from './compare.js';
import { degrade, WORN } from './degrade.js';
import { BOUNDS, holds } from './drawn-section.js';
import { simulated } from './sources.js';

const PER_MM = 4;
/** A machine with much other work. */
const LONG_MS = 180_000;
/** What a worn page keeps at the least; how many reach the clean pages' bound is in the report. */
const WORN_CORRELATION_MIN = 0.85;
const WHITE = 0xffffff;

const ecg = simulated(101);
const page = rasterise(drawEcg(ecg), PER_MM);

function filled(width: number, height: number, of: (x: number, y: number) => number): Pixels {
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i += 1) colours[i] = of(i % width, Math.floor(i / width));
  return { width, height, colours };
}

function at({ width, height, colours }: Pixels, x: number, y: number): number {
  return x < width && y < height ? (colours[y * width + x] as number) : WHITE;
}

function read(pixels: Pixels): PageReading {
  const result = readPage(pixels);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function codeOf(pixels: Pixels): string {
  const result = readPage(pixels);
  return result.ok ? 'read' : result.failure.code;
}

describe('a page that is read back', () => {
  let reading: PageReading;
  beforeAll(() => {
    reading = read(page);
  }, LONG_MS);

  it(
    'has each lead, its ST level and its seconds as they were drawn',
    () => {
      expect(reading).toMatchObject({
        layout: '3x4',
        rhythmLead: 'II',
        speedMmPerS: 25,
        gainMmPerMv: 10,
        scaleFrom: 'pulse',
      });
      const comparison = compare(ecg, {}, reading);
      expect(comparison.leads).toHaveLength(12);
      expect(holds(comparison)).toBe(true);
    },
    LONG_MS,
  );

  it(
    'keeps a lead missing outside its own seconds, and can be measured',
    () => {
      const v1 = leadOf(reading.ecg, 'V1');
      expect(v1.from / reading.ecg.sampleRateHz).toBeCloseTo(5, 1);
      expect(v1.to / reading.ecg.sampleRateHz).toBeCloseTo(7.5, 1);
      const [before, after] = [measure(ecg), measure(reading.ecg)];
      if (before.kind !== 'measured' || after.kind !== 'measured') throw new Error('not measured');
      const rate = before.rhythm.rateBpm as number;
      expect(Math.abs((after.rhythm.rateBpm as number) - rate)).toBeLessThan(2);
    },
    LONG_MS,
  );

  it(
    'is the same page when it stands on its head or lies on its side',
    () => {
      const over = { ...page, colours: page.colours.slice().reverse() };
      const side = filled(page.height, page.width, (x, y) => at(page, y, page.height - 1 - x));
      for (const turned of [over, side]) {
        const comparison = compare(ecg, {}, read(turned));
        const likes = comparison.leads.map(({ correlation }) => correlation);
        expect(Math.min(...likes)).toBeGreaterThanOrEqual(BOUNDS.correlationMin);
      }
    },
    LONG_MS,
  );

  it(
    'may be turned, seen from a slant, creased, in shadow, blurred and kept as a poor JPEG',
    async () => {
      const worn = await degrade(page, PER_MM, WORN, 3);
      const wornReading = read(worn);
      expect(wornReading).toMatchObject({ layout: '3x4', gainMmPerMv: 10 });
      const { leads, timeError } = compare(ecg, {}, wornReading);
      expect(Math.abs(timeError)).toBeLessThanOrEqual(BOUNDS.timeErrorMax);
      for (const { correlation, stMicrovolts } of leads) {
        expect(correlation).toBeGreaterThanOrEqual(WORN_CORRELATION_MIN);
        expect(Math.abs(stMicrovolts ?? 0)).toBeLessThanOrEqual(BOUNDS.stMicrovoltsMax);
      }
    },
    LONG_MS,
  );
});

describe('a picture that is no whole page of one ECG', () => {
  it(
    'is refused by name',
    () => {
      const random = createRandom(5);
      const blank = filled(900, 600, () => WHITE);
      const cat = filled(900, 600, (x, y) => {
        const fur = Math.round(90 + 60 * Math.sin(x / 40) * Math.cos(y / 55) + 30 * random.next());
        return (fur << 16) | ((fur >> 1) << 8) | (fur >> 2);
      });
      const words = filled(900, 1200, (x, y) =>
        y % 30 < 14 && x > 60 && x < 840 && (x * 7 + Math.floor(y / 30) * 13) % 11 < 5
          ? 0x202020
          : WHITE,
      );
      expect([blank, cat, words].map(codeOf)).toEqual(Array(3).fill('picture-no-page'));
    },
    LONG_MS,
  );

  it(
    'says that it was cut off, or that it holds two',
    () => {
      const half = filled(page.width >> 1, page.height, (x, y) => at(page, x, y));
      expect(codeOf(half)).toBe('picture-cut-off');
      const two = filled(page.width, 2 * page.height, (x, y) => at(page, x, y % page.height));
      expect(codeOf(two)).toBe('picture-many-ecgs');
    },
    LONG_MS,
  );
});
