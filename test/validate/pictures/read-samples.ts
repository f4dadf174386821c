import { leadOf, type Ecg } from '../../../src/core/ecg/ecg.js';
import { drawEcg, placesOf } from '../../../src/core/image/draw-ecg.js';
import { traceRows } from '../../../src/core/image/lead-rows.js';
import { layOut, TRACE_LEFT_MM } from '../../../src/core/image/paper.js';
import { rasterise, type Pixels } from '../../../src/core/image/raster.js';
import { readPage, type PageReading } from '../../../src/core/image/read/page.js';
import { measure } from '../../../src/core/signal/measure.js';
import { createRandom } from '../../../src/sandbox/random.js';
import { compare, type PageComparison } from './compare.js';
import { degrade, WORN } from './degrade.js';
import { simulated } from './sources.js';

const PER_MM = 4;
/** Where strokes of several rows meet, as a scanner of 200 dpi sees them. */
const FINE_PER_MM = 8;
const WHITE = 0xffffff;

/** What the spec holds to its bounds. */
export interface Samples {
  readonly straight: Omit<PageReading, 'ecg'>;
  readonly comparison: PageComparison;
  /** Where lead V1 is known on the page, seconds. */
  readonly v1: readonly [from: number, to: number];
  readonly rates: readonly [drawn: number, read: number];
  readonly fast: Pick<PageReading, 'speedMmPerS' | 'scaleFrom'> & {
    readonly comparison: PageComparison;
  };
  /** The least correlation of a lead. */
  readonly overhead: number;
  readonly sideways: number;
  /** Of a page whose strokes cross into other rows, clean and worn. */
  readonly crossing: readonly [clean: number, worn: number];
  readonly worn: PageComparison & Pick<PageReading, 'layout' | 'gainMmPerMv'>;
  readonly codes: Readonly<
    Record<'blank' | 'cat' | 'words' | 'half' | 'two' | 'strips' | 'rest', string>
  >;
}

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

function rateOf(ecg: Ecg): number {
  const measured = measure(ecg);
  return measured.kind === 'measured' ? (measured.rhythm.rateBpm ?? 0) : 0;
}

function leastOf(comparison: PageComparison): number {
  return Math.min(...comparison.leads.map(({ correlation }) => correlation));
}

async function samples(): Promise<Samples> {
  const ecg = simulated(101);
  const page = rasterise(drawEcg(ecg), PER_MM);
  const { ecg: found, ...straight } = read(page);
  const v1 = leadOf(found, 'V1');
  const fastPaper = { speedMmPerSecond: 50 } as const;
  const fast = read(rasterise(drawEcg(ecg, fastPaper), PER_MM));
  const over = { ...page, colours: page.colours.slice().reverse() };
  const side = filled(page.height, page.width, (x, y) => at(page, y, page.height - 1 - x));
  const worn = read(await degrade(page, PER_MM, WORN, 3));
  const tall = simulated(103);
  const tallPaper = { layout: '3x4', speedMmPerSecond: 50, gainMmPerMillivolt: 20 } as const;
  const tallPage = rasterise(drawEcg(tall, tallPaper), FINE_PER_MM);
  const tallWorn = await degrade(tallPage, FINE_PER_MM, WORN, 9);
  const options = { layout: '12x1', gainMmPerMillivolt: 5 } as const;
  const long = rasterise(drawEcg(ecg, options), PER_MM);
  const layout = layOut(ecg, options);
  const places = placesOf(traceRows(ecg, layout), layout);
  const bottomOf = (row: number): number => Math.round((places[row - 1]?.bottomMm ?? 0) * PER_MM);
  const random = createRandom(5);
  return {
    straight,
    comparison: compare(ecg, {}, { ecg: found, ...straight }),
    v1: [v1.from / found.sampleRateHz, v1.to / found.sampleRateHz],
    rates: [rateOf(ecg), rateOf(found)],
    fast: {
      speedMmPerS: fast.speedMmPerS,
      scaleFrom: fast.scaleFrom,
      comparison: compare(ecg, fastPaper, fast),
    },
    overhead: leastOf(compare(ecg, {}, read(over))),
    sideways: leastOf(compare(ecg, {}, read(side))),
    crossing: [
      leastOf(compare(tall, tallPaper, read(tallPage))),
      leastOf(compare(tall, tallPaper, read(tallWorn))),
    ],
    worn: {
      ...compare(ecg, {}, worn),
      layout: worn.layout,
      gainMmPerMv: worn.gainMmPerMv,
    },
    codes: {
      blank: codeOf(filled(900, 600, () => WHITE)),
      cat: codeOf(
        filled(900, 600, (x, y) => {
          const wave = 60 * Math.sin(x / 40) * Math.cos(y / 55);
          const fur = Math.round(90 + wave + 30 * random.next());
          return (fur << 16) | ((fur >> 1) << 8) | (fur >> 2);
        }),
      ),
      words: codeOf(
        filled(900, 1200, (x, y) =>
          y % 30 < 14 && x > 60 && x < 840 && (x * 7 + Math.floor(y / 30) * 13) % 11 < 5
            ? 0x202020
            : WHITE,
        ),
      ),
      half: codeOf(filled(page.width >> 1, page.height, (x, y) => at(page, x, y))),
      two: codeOf(filled(page.width, 2 * page.height, (x, y) => at(page, x, y % page.height))),
      // Six rows that run through without a seam, as strips of a few leads do.
      strips: codeOf(filled(long.width, bottomOf(6), (x, y) => at(long, x, y))),
      // Pulses for three rows of twelve.
      rest: codeOf(
        filled(long.width, long.height, (x, y) =>
          x < TRACE_LEFT_MM * PER_MM - 2 && y > bottomOf(3) ? WHITE : at(long, x, y),
        ),
      ),
    },
  };
}

process.stdout.write(JSON.stringify(await samples()));
