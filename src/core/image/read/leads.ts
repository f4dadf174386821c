import type { LeadName } from '../../ecg/lead.js';
import { median } from '../../signal/statistics.js';
import type { Bitmap } from '../ink/bitmap.js';
import type { Component } from '../ink/components.js';
import { leadAt, type PageLayout } from './layout.js';
import type { Path } from './stroke.js';
import type { Sheet } from './rows.js';
import { SCALE } from './straighten.js';

export const READ_RATE_HZ = 500;

/** One lead's place in a row, in columns of the paper. */
export interface Piece {
  readonly lead: LeadName;
  readonly path: Path;
  readonly from: number;
  readonly to: number;
}

/** A column may begin so far from where even columns would. */
const BORDER_OFF_MM = 3;
const TICK_WIDTH_MM_MAX = 1.2;
const TICK_HEIGHT_MM_MIN = 2;
const TICKS_MIN = 2;
/** Where two leads meet, neither is known. */
const SEAM_MM = 0.8;

/** Where columns meet. */
export interface Borders {
  readonly at: readonly number[];
  /** Whether anything on the paper shows that leads change there. */
  readonly areSeen: boolean;
}

/** Where columns meet: at the bars or ticks that the paper has there, else evenly. */
export function bordersOf(
  layout: PageLayout,
  sheet: Pick<Sheet, 'ink' | 'bars' | 'pieces' | 'baselines'>,
  left: number,
  right: number,
): Borders {
  const isTick = ({ left: x1, right: x2, top, bottom }: Component): boolean =>
    x2 - x1 <= TICK_WIDTH_MM_MAX * SCALE && bottom - top >= TICK_HEIGHT_MM_MIN * SCALE;
  const middles = (marks: readonly Component[], near: number): readonly number[] =>
    marks
      .map((mark) => (mark.left + mark.right) / 2)
      .filter((x) => Math.abs(x - near) <= BORDER_OFF_MM * SCALE);
  const rows = sheet.baselines.slice(0, layout.leadRows);
  let seen = 0;
  const at = Array.from({ length: layout.columns + 1 }, (_, k) => {
    const even = left + ((right - left) * k) / layout.columns;
    if (k === 0 || k === layout.columns) return even;
    const barred = middles(sheet.bars, even);
    const ticked = middles(sheet.pieces.filter(isTick), even);
    if (barred.length > 0 || ticked.length >= TICKS_MIN) {
      seen += 1;
      return median(barred.length > 0 ? barred : ticked);
    }
    // Strokes of one beat in rows that touch look like a bar, so it is looked for last.
    const bent = bentBar(sheet.ink, rows, even);
    seen += ticked.length + (bent === null ? 0 : 1);
    return bent ?? even;
  });
  return { at, areSeen: layout.columns === 1 || seen > 0 };
}

/** A bar that the picture bent or broke: so much of the way from row to row is ink in one column. */
const BAR_SHARE_MIN = 0.6;

function bentBar({ width, data }: Bitmap, rows: readonly number[], near: number): number | null {
  const [top, bottom] = [Math.round(Math.min(...rows)), Math.round(Math.max(...rows))];
  const off = BORDER_OFF_MM * SCALE;
  let best: number | null = null;
  let most = BAR_SHARE_MIN * (bottom - top);
  for (let x = Math.round(near - off); x <= near + off; x += 1) {
    let inked = 0;
    for (let y = top; y < bottom; y += 1) {
      const at = y * width + x;
      if (data[at - 1] === 1 || data[at] === 1 || data[at + 1] === 1) inked += 1;
    }
    if (inked <= most) continue;
    most = inked;
    best = x;
  }
  return best;
}

/** The rows' traces cut into the places of their leads. */
export function piecesOf(
  layout: PageLayout,
  paths: readonly Path[],
  borders: readonly number[],
): readonly Piece[] {
  const seam = SEAM_MM * SCALE;
  return paths.slice(0, layout.leadRows).flatMap((path, row) =>
    Array.from({ length: layout.columns }, (_, column) => ({
      lead: leadAt(layout, row, column),
      path,
      from: Math.round((borders[column] as number) + (column === 0 ? 0 : seam)),
      to: Math.round((borders[column + 1] as number) - (column === layout.columns - 1 ? 0 : seam)),
    })),
  );
}

/** How much of a lead's place its trace was followed through. */
export function confidenceOf({ path, from, to }: Piece): number {
  let inked = 0;
  for (let x = from; x < to; x += 1) inked += path.inked[x] as number;
  return inked / Math.max(1, to - from);
}

export interface Sampling {
  readonly left: number;
  readonly right: number;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
}

export function sampleCountOf({ left, right, speedMmPerS }: Sampling): number {
  return Math.floor(((right - left) / SCALE / speedMmPerS) * READ_RATE_HZ);
}

/** Microvolts at the sample rate; the middle height of the piece is the zero line. */
export function sampled({ path, from, to }: Piece, sampling: Sampling): Float64Array {
  const perSample = (sampling.speedMmPerS * SCALE) / READ_RATE_HZ;
  const perPixel = 1000 / (sampling.gainMmPerMv * SCALE);
  const known = path.heights
    .slice(from, to)
    .filter((y) => !Number.isNaN(y))
    .sort();
  const zero = known[known.length >> 1] ?? 0;
  const values = new Float64Array(sampleCountOf(sampling)).fill(NaN);
  for (let i = 0; i < values.length; i += 1) {
    const x = sampling.left + i * perSample;
    if (x < from || x > to - 1) continue;
    const k = Math.floor(x);
    const a = path.heights[k] as number;
    const b = path.heights[k + 1] ?? a;
    values[i] = (zero - (a + (b - a) * (x - k))) * perPixel;
  }
  return values;
}

/** A strip that explains less than this share of how a lead varies is another lead. */
const FIT_MIN = 0.7;

export interface NamedSamples {
  readonly name: LeadName;
  readonly microvolts: Float64Array;
}

/** The lead that a rhythm strip repeats, told by how it fits each lead in that lead's own place. */
export function mostAlike(strip: Float64Array, leads: readonly NamedSamples[]): LeadName | null {
  let best: LeadName | null = null;
  let most = FIT_MIN;
  for (const { name, microvolts } of leads) {
    const fit = fitOf(strip, microvolts);
    if (fit <= most) continue;
    most = fit;
    best = name;
  }
  return best;
}

/** Leads of one heart are alike in shape: the same lead has the same height as well. */
function fitOf(strip: ArrayLike<number>, lead: ArrayLike<number>): number {
  let [n, sum, squares, off, offSquares] = [0, 0, 0, 0, 0];
  for (let i = 0; i < lead.length; i += 1) {
    const [x, y] = [strip[i] as number, lead[i] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n += 1;
    sum += y;
    squares += y * y;
    off += x - y;
    offSquares += (x - y) ** 2;
  }
  const spread = n * squares - sum * sum;
  return spread > 0 ? 1 - (n * offSquares - off * off) / spread : 0;
}
