import { crc32, deflateSync } from 'node:zlib';
import type { Page } from '../core/image/page.js';
import { rasterise, type Pixels } from '../core/image/raster.js';

export const DOTS_PER_INCH = Object.freeze({ min: 96, max: 300, usual: 150 });

const MM_PER_INCH = 25.4;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS = 8;
const TRUE_COLOUR = 2;
const PALETTE_COLOUR = 3;
const PALETTE_MAX = 256;
const UNIT_IS_METRE = 1;
/** Each row as its difference from the row above: on a page nearly all of that is zero. */
const FILTER_UP = 2;
/** The picture is small already; a higher level costs time and gains a few per cent. */
const DEFLATE_LEVEL = 6;

/** A page as PNG that knows its true size. A resolution out of bounds is taken to the bound. */
export function toPng(page: Page, options: { readonly dotsPerInch?: number } = {}): Uint8Array {
  const { min, max, usual } = DOTS_PER_INCH;
  const dotsPerInch = options.dotsPerInch ?? usual;
  const perMm = Math.min(max, Math.max(min, dotsPerInch)) / MM_PER_INCH;
  return encodePng(rasterise(page, perMm), Math.round(1000 * perMm));
}

/** Up to 256 colours go into a palette; beyond that every pixel has its own. */
export function encodePng(pixels: Pixels, pixelsPerMetre: number): Uint8Array {
  const { width, height } = pixels;
  const indexed = indexColours(pixels);
  const colourType = indexed ? PALETTE_COLOUR : TRUE_COLOUR;
  const rows = indexed
    ? filtered(indexed.indices, width, height)
    : filtered(bytesOf(pixels.colours), 3 * width, height);
  const size = Buffer.concat([uint32(width), uint32(height)]);
  const resolution = Buffer.concat([uint32(pixelsPerMetre), uint32(pixelsPerMetre)]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, Buffer.of(EIGHT_BITS, colourType, 0, 0, 0)])),
    chunk('pHYs', Buffer.concat([resolution, Buffer.of(UNIT_IS_METRE)])),
    ...(indexed ? [chunk('PLTE', bytesOf(indexed.palette))] : []),
    chunk('IDAT', deflateSync(rows, { level: DEFLATE_LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Indexed {
  readonly palette: readonly number[];
  readonly indices: Uint8Array;
}

/** Each pixel as the number of its colour; null when there are too many colours for that. */
function indexColours({ colours }: Pixels): Indexed | null {
  const numbers = new Map<number, number>();
  const indices = new Uint8Array(colours.length);
  let last = -1;
  let number = 0;
  for (let i = 0; i < colours.length; i += 1) {
    const colour = colours[i] as number;
    if (colour !== last) {
      number = numbers.get(colour) ?? numbers.size;
      if (number === PALETTE_MAX) return null;
      numbers.set(colour, number);
      last = colour;
    }
    indices[i] = number;
  }
  return { palette: [...numbers.keys()], indices };
}

function bytesOf(colours: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(3 * colours.length);
  for (let i = 0; i < colours.length; i += 1) {
    const colour = colours[i] as number;
    bytes[3 * i] = colour >> 16;
    bytes[3 * i + 1] = colour >> 8;
    bytes[3 * i + 2] = colour;
  }
  return bytes;
}

function filtered(bytes: Uint8Array, stride: number, height: number): Uint8Array {
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    rows[from] = FILTER_UP;
    for (let i = 0, at = y * stride; i < stride; i += 1, at += 1) {
      rows[from + 1 + i] = (bytes[at] as number) - (y > 0 ? (bytes[at - stride] as number) : 0);
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
