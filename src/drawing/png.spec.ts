import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { drawEcg } from '../core/image/draw-ecg.js';
import { createPage, line, polyline, rect, type Mark, type Page } from '../core/image/page.js';
import { PIXELS_MAX, rasterise } from '../core/image/raster.js';
import { textAt } from '../core/image/writing.js';
import { simulateEcg } from '../../test/support/simulated.js';
import { encodePng, toPng } from './png.js';

interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerMetre: number;
  readonly colourAt: (x: number, y: number) => readonly number[];
}

/** Reads the kind of PNG that we write, by the letter of the format. */
function decode(bytes: Uint8Array): Decoded {
  const png = Buffer.from(bytes);
  const chunks = new Map<string, Buffer>();
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 8, at + 8 + length);
    const sum = png.readUInt32BE(at + 8 + length);
    expect(crc32(png.subarray(at + 4, at + 8 + length))).toBe(sum);
    chunks.set(png.toString('latin1', at + 4, at + 8), body);
    at += 12 + length;
  }
  const get = (name: string): Buffer => chunks.get(name) ?? Buffer.alloc(0);
  const header = get('IHDR');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const palette = get('PLTE');
  const size = header[9] === 3 ? 1 : 3;
  const rows = inflateSync(get('IDAT'));
  const stride = size * width;
  expect(rows.length).toBe(height * (stride + 1));
  for (let y = 1; y < height; y += 1) {
    expect(rows[y * (stride + 1)]).toBe(2);
    for (let i = 1; i <= stride; i += 1) {
      const at = y * (stride + 1) + i;
      rows[at] = (rows[at] ?? 0) + (rows[at - stride - 1] ?? 0);
    }
  }
  return {
    width,
    height,
    pixelsPerMetre: get('pHYs').readUInt32BE(0),
    colourAt: (x, y) => {
      const at = y * (stride + 1) + 1 + size * x;
      const from = size === 1 ? 3 * (rows[at] ?? 0) : at;
      return [...(size === 1 ? palette : rows).subarray(from, from + 3)];
    },
  };
}

function pageOf(...marks: Mark[]): Page {
  return createPage({ widthMm: 25.4, heightMm: 25.4, title: 'test', marks });
}

const ecg = simulateEcg({ seed: 4, condition: 'normal', ageYears: 60, sex: 'male' });
const page = drawEcg(ecg);

describe('a page as PNG', () => {
  it('has the pixels and the resolution that its size makes', () => {
    const { width, height, pixelsPerMetre } = decode(toPng(page, { dotsPerInch: 96 }));
    expect([width, height, pixelsPerMetre]).toEqual([1123, 794, 3780]);
  });

  it('takes a resolution out of bounds to the bound', () => {
    const small = pageOf();
    expect(decode(toPng(small, { dotsPerInch: 1 })).width).toBe(96);
    expect(decode(toPng(small, { dotsPerInch: 1e9 })).width).toBe(300);
  });

  it('paints inks where they belong, the trace over the grid', () => {
    const marks = [
      rect('shade', { x: 0, y: 0, width: 12.7, height: 25.4 }),
      line('grid-strong', 0.2, [0, 12.7, 25.4, 12.7]),
      polyline('trace', 2, [12.7, 0, 12.7, 25.4]),
    ];
    const { colourAt } = decode(toPng(pageOf(...marks), { dotsPerInch: 100 }));
    expect(colourAt(10, 10)).toEqual([255, 238, 178]);
    expect(colourAt(90, 10)).toEqual([255, 255, 255]);
    expect(colourAt(90, 50)).toEqual([240, 178, 171]);
    expect(colourAt(50, 50)).toEqual([14, 14, 20]);
  });

  it('keeps every colour of a picture that has too many for a palette', () => {
    const colours = Uint32Array.from({ length: 400 }, (_, i) => 40_503 * i);
    expect(new Set(colours).size).toBeGreaterThan(256);
    const { colourAt } = decode(encodePng({ width: 20, height: 20, colours }, 4000));
    colours.forEach((colour, i) => {
      const [red = 0, green = 0, blue = 0] = colourAt(i % 20, Math.floor(i / 20));
      expect((red << 16) | (green << 8) | blue).toBe(colour);
    });
  });

  it('is the same file, byte for byte, when drawn again', () => {
    const again = drawEcg(simulateEcg({ seed: 4, condition: 'normal', ageYears: 60, sex: 'male' }));
    const low = { dotsPerInch: 96 };
    expect(Buffer.compare(toPng(page, low), toPng(again, low))).toBe(0);
  });

  /** Taken from the first machine that drew it: no processor or library may change a pixel. */
  it('has the same pixels on every machine', () => {
    const letters = textAt('Żółć µV ≥ 0.1 mV °²', 1, 20, { sizeMm: 3, bold: true, rim: true });
    const marks = [
      line('grid', 0.2, [0, 5, 25, 5]),
      polyline('trace', 0.3, [0, 0, 9, 20]),
      letters,
    ];
    const { colours } = rasterise(pageOf(...marks), 10);
    expect(crc32(Uint8Array.from(colours, (colour) => colour % 251))).toBe(263335573);
  });

  it('is refused where it would fill the memory', () => {
    const wide = { ...pageOf(), widthMm: PIXELS_MAX };
    expect(() => rasterise(wide, 6)).toThrow(RangeError);
    expect(() => rasterise({ ...pageOf(), widthMm: NaN }, 6)).toThrow(RangeError);
  });
});
