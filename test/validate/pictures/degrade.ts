import type { Pixels } from '../../../src/core/image/raster.js';
import { inverse, toPaper, type Homography } from '../../../src/core/image/read/homography.js';
import { createRandom, type Random } from '../../../src/sandbox/random.js';
import { throughJpeg } from './jpeg.js';

/** What a scanner, a copier, a pocket and a telephone do to a page, each to a bound. */
export interface Wear {
  readonly turnDegreesMax: number;
  /** How far each corner may move, as a share of the page. */
  readonly perspectiveMax: number;
  /** How much light a shadow may take. */
  readonly shadowMax: number;
  /** How far creases push the paper, in millimetres, and how dark they are. */
  readonly wrinkleMm: number;
  readonly blurMm: number;
  readonly noise: number;
  readonly jpegQuality: number | null;
}

export const WORN: Wear = {
  turnDegreesMax: 10,
  perspectiveMax: 0.03,
  shadowMax: 0.4,
  wrinkleMm: 0.3,
  blurMm: 0.12,
  noise: 4,
  jpegQuality: 40,
};

export async function degrade(
  page: Pixels,
  pixelsPerMm: number,
  wear: Wear,
  seed: number,
): Promise<Pixels> {
  const random = createRandom(seed);
  const photo = photograph(page, pixelsPerMm, wear, random);
  const soft = blurred(photo, wear.blurMm * pixelsPerMm * random.next());
  addNoise(soft, wear.noise, random);
  return wear.jpegQuality === null ? soft : throughJpeg(soft, wear.jpegQuality);
}

const BACKDROP = 0x8a6f52;
const MARGIN_SHARE = 0.05;

/** The page on a table, from a little aside, with a shadow over it and creases in it. */
function photograph(page: Pixels, pixelsPerMm: number, wear: Wear, random: Random): Pixels {
  const sheet = placed(page, wear, random);
  const { width, height } = sheet;
  const back = inverse(sheet.toPicture);
  const light = lightOf(width, height, wear, random);
  const crease = creasesOf(page, pixelsPerMm, wear, random);
  const colours = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = toPaper(back, { x: x + 0.5, y: y + 0.5 });
      const isPaper = at.x >= 0 && at.y >= 0 && at.x < page.width && at.y < page.height;
      const push = isPaper ? crease(at.x, at.y) : FLAT;
      const colour = isPaper
        ? bilinear(page, at.x + push.dx - 0.5, at.y + push.dy - 0.5)
        : BACKDROP;
      colours[y * width + x] = dimmed(colour, light(x, y) * push.light);
    }
  }
  return { width, height, colours };
}

interface Placed {
  readonly width: number;
  readonly height: number;
  readonly toPicture: Homography;
}

function placed(page: Pixels, wear: Wear, random: Random): Placed {
  const [w, h] = [page.width, page.height];
  const angle = ((random.next() * 2 - 1) * wear.turnDegreesMax * Math.PI) / 180;
  const corners = [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ].map(([x, y]) => {
    const [cx, cy] = [(x as number) - w / 2, (y as number) - h / 2];
    const jolt = (): number => (random.next() * 2 - 1) * wear.perspectiveMax * w;
    return [
      cx * Math.cos(angle) - cy * Math.sin(angle) + jolt(),
      cx * Math.sin(angle) + cy * Math.cos(angle) + jolt(),
    ] as const;
  });
  const isMoved = wear.turnDegreesMax > 0 || wear.perspectiveMax > 0;
  const margin = isMoved ? MARGIN_SHARE * w : 0;
  const left = Math.min(...corners.map(([x]) => x)) - margin;
  const top = Math.min(...corners.map(([, y]) => y)) - margin;
  const right = Math.max(...corners.map(([x]) => x)) + margin;
  const bottom = Math.max(...corners.map(([, y]) => y)) + margin;
  const seen = corners.map(([x, y]) => [x - left, y - top] as const);
  return {
    width: Math.round(right - left),
    height: Math.round(bottom - top),
    toPicture: quadOf(w, h, seen),
  };
}

/** The flat picture of a w by h page whose corners are seen at four places (Heckbert). */
function quadOf(w: number, h: number, q: readonly (readonly [number, number])[]): Homography {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = q as [
    [number, number],
    [number, number],
    [number, number],
    [number, number],
  ];
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const k = (dx1 * sy - sx * dy1) / area;
  return [
    (x1 - x0 + g * x1) / w,
    (x3 - x0 + k * x3) / h,
    x0,
    (y1 - y0 + g * y1) / w,
    (y3 - y0 + k * y3) / h,
    y0,
    g / w,
    k / h,
  ];
}

interface Push {
  readonly dx: number;
  readonly dy: number;
  readonly light: number;
}

const FLAT: Push = { dx: 0, dy: 0, light: 1 };
const CREASES = 5;
const CREASE_LIGHT = 0.12;

/** Creases across the page: dark on one side, bright on the other, and the paper gives way there. */
function creasesOf(
  page: Pixels,
  pixelsPerMm: number,
  { wrinkleMm }: Wear,
  random: Random,
): (x: number, y: number) => Push {
  if (wrinkleMm === 0) return () => FLAT;
  const creases = Array.from({ length: CREASES }, () => {
    const angle = random.next() * Math.PI;
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    const through = random.next() * page.width * nx + random.next() * page.height * ny;
    return { nx, ny, through, width: (4 + 8 * random.next()) * pixelsPerMm };
  });
  return (x, y) => {
    let [dx, dy, light] = [0, 0, 1];
    for (const { nx, ny, through, width } of creases) {
      const t = (x * nx + y * ny - through) / width;
      if (t < -3 || t > 3) continue;
      const wave = t * Math.exp(0.5 - (t * t) / 2);
      dx += nx * wave * wrinkleMm * pixelsPerMm;
      dy += ny * wave * wrinkleMm * pixelsPerMm;
      light *= 1 + CREASE_LIGHT * wave;
    }
    return { dx, dy, light };
  };
}

/** A soft-edged shadow over part of the picture, and light that comes from one side. */
function lightOf(
  width: number,
  height: number,
  { shadowMax }: Wear,
  random: Random,
): (x: number, y: number) => number {
  const angle = random.next() * 2 * Math.PI;
  const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
  const through = (0.3 + 0.4 * random.next()) * (width * nx + height * ny);
  const soft = (0.03 + 0.1 * random.next()) * width;
  const depth = shadowMax * random.next();
  const slope = (shadowMax * 0.4 * random.next()) / (width + height);
  return (x, y) => {
    const t = (x * nx + y * ny - through) / soft;
    return (1 - depth / (1 + Math.exp(-t))) * (1 - slope * (x + y));
  };
}

function dimmed(colour: number, by: number): number {
  const channel = (value: number): number => Math.max(0, Math.min(255, Math.round(value * by)));
  return (
    (channel(colour >> 16) << 16) | (channel((colour >> 8) & 0xff) << 8) | channel(colour & 0xff)
  );
}

export function bilinear({ width, height, colours }: Pixels, x: number, y: number): number {
  const x0 = Math.max(0, Math.min(width - 2, Math.floor(x)));
  const y0 = Math.max(0, Math.min(height - 2, Math.floor(y)));
  const fx = Math.max(0, Math.min(1, x - x0));
  const fy = Math.max(0, Math.min(1, y - y0));
  const at = y0 * width + x0;
  let result = 0;
  for (const shift of [16, 8, 0]) {
    const of = (k: number): number => ((colours[k] as number) >> shift) & 0xff;
    const upper = of(at) * (1 - fx) + of(at + 1) * fx;
    const lower = of(at + width) * (1 - fx) + of(at + width + 1) * fx;
    result |= Math.round(upper * (1 - fy) + lower * fy) << shift;
  }
  return result;
}

/** A soft lens: weights of a bell curve along rows, then along columns. */
function blurred(pixels: Pixels, sigma: number): Pixels {
  if (sigma < 0.2) return pixels;
  const reach = Math.ceil(2.5 * sigma);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = raw.reduce((sum, value) => sum + value, 0);
  const weights = raw.map((value) => value / total);
  const across = softened(pixels, weights, 1, 0);
  return softened(across, weights, 0, 1);
}

function softened(
  { width, height, colours }: Pixels,
  weights: readonly number[],
  sx: number,
  sy: number,
): Pixels {
  const reach = weights.length >> 1;
  const result = new Uint32Array(colours.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let k = -reach; k <= reach; k += 1) {
        const px = Math.max(0, Math.min(width - 1, x + k * sx));
        const py = Math.max(0, Math.min(height - 1, y + k * sy));
        const colour = colours[py * width + px] as number;
        const weight = weights[k + reach] as number;
        red += weight * (colour >> 16);
        green += weight * ((colour >> 8) & 0xff);
        blue += weight * (colour & 0xff);
      }
      result[y * width + x] = (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue);
    }
  }
  return { width, height, colours: result };
}

function addNoise({ colours }: Pixels, noise: number, random: Random): void {
  if (noise === 0) return;
  for (let i = 0; i < colours.length; i += 1) {
    const off = (random.next() + random.next() - 1) * 2 * noise;
    const colour = colours[i] as number;
    const channel = (value: number): number => Math.max(0, Math.min(255, Math.round(value + off)));
    colours[i] =
      (channel(colour >> 16) << 16) | (channel((colour >> 8) & 0xff) << 8) | channel(colour & 0xff);
  }
}
