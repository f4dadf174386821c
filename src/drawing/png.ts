import { crc32, deflateSync } from 'node:zlib';
import type { Page } from '../core/image/page.js';
import { rasterise, type Pixels } from '../core/image/raster.js';

export const DOTS_PER_INCH = Object.freeze({ min: 96, max: 300, usual: 150 });

const MM_PER_INCH = 25.4;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS = 8;
const TRUE_COLOUR = 2;
const UNIT_IS_METRE = 1;
/** Each row as its difference from the row above: on a page nearly all of that is zero. */
const FILTER_UP = 2;
/** The picture is small already; a higher level costs time and gains a few per cent. */
const DEFLATE_LEVEL = 5;

/** A page as PNG that knows its true size. A resolution out of bounds is taken to the bound. */
export function toPng(page: Page, options: { readonly dotsPerInch?: number } = {}): Uint8Array {
  const { min, max, usual } = DOTS_PER_INCH;
  const dotsPerInch = options.dotsPerInch ?? usual;
  const perMm = Math.min(max, Math.max(min, dotsPerInch)) / MM_PER_INCH;
  const pixels = rasterise(page, perMm);
  const perMetre = Math.round(1000 * perMm);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header(pixels)),
    chunk('pHYs', Buffer.concat([uint32(perMetre), uint32(perMetre), Buffer.of(UNIT_IS_METRE)])),
    chunk('IDAT', deflateSync(filtered(pixels), { level: DEFLATE_LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function header({ width, height }: Pixels): Buffer {
  return Buffer.concat([
    uint32(width),
    uint32(height),
    Buffer.of(EIGHT_BITS, TRUE_COLOUR, 0, 0, 0),
  ]);
}

function filtered({ width, height, rgb }: Pixels): Uint8Array {
  const stride = 3 * width;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    rows[from] = FILTER_UP;
    for (let i = 0; i < stride; i += 1) {
      const at = y * stride + i;
      const above = y > 0 ? (rgb[at - stride] as number) : 0;
      rows[from + 1 + i] = (rgb[at] as number) - above;
    }
  }
  return rows;
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  return Buffer.concat([uint32(body.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
