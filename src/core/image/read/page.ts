import { createEcg, type Ecg } from '../../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../ecg/lead.js';
import { ok, refuse, type Result } from '../../failure.js';
import { binarise } from '../ink/binarise.js';
import type { LayoutName } from '../paper.js';
import type { Pixels } from '../raster.js';
import { flattenBare } from './bare-paper.js';
import { flatten } from './flatten.js';
import { layoutOf, leadAt, type PageLayout } from './layout.js';
import { followTrace, type Path } from './path.js';
import { planesOf } from './planes.js';
import { commonGain } from './pulse.js';
import { INK_MIN, PEN_MM, sheetOf, type Sheet } from './rows.js';
import { runsOf } from './runs.js';
import { SCALE } from './straighten.js';

/** What was read from a picture of a paper ECG. */
export interface PageReading {
  readonly ecg: Ecg;
  readonly layout: LayoutName;
  readonly rhythmLead: LeadName | null;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly scaleFrom: 'pulse' | 'grid' | 'assumed';
  readonly traces: readonly ReadTrace[];
  readonly turnedDegrees: number;
}

export interface ReadTrace {
  readonly lead: LeadName;
  readonly confidence: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export const READ_RATE_HZ = 500;
const ROW_REACH_MM = 45;
/** A trace of which less than this was followed in ink is not read. */
export const CONFIDENCE_MIN = 0.6;

export function readPage(pixels: Pixels): Result<PageReading> {
  const planes = planesOf(pixels);
  const flat = flatten(planes) ?? flattenBare(planes.pen);
  if (!flat)
    return refuse(
      'picture-no-page',
      'neither millimetre paper nor rows of traces with a calibration pulse are seen in the picture',
    );
  const sheet = sheetOf(binarise(flat.pen, INK_MIN));
  if (!sheet) return refuse('picture-no-page', 'the paper in the picture holds no traces');
  const layout = layoutOf(sheet.baselines.length);
  if (!layout) {
    return refuse(
      'picture-layout-unknown',
      `${sheet.baselines.length} rows of traces fit no layout known here`,
    );
  }
  const paths = sheet.baselines.map((baseline) => followRow(sheet, baseline));
  return toReading(sheet, layout, paths, flat.turnedDegrees);
}

function followRow(sheet: Sheet, baseline: number): Path {
  const reach = ROW_REACH_MM * SCALE;
  const runs = runsOf(sheet.traces, baseline - reach, baseline + reach);
  return followTrace(runs, sheet.left, sheet.right, baseline, PEN_MM * SCALE);
}

interface Piece {
  readonly lead: LeadName;
  readonly path: Path;
  /** Columns of the path. */
  readonly from: number;
  readonly to: number;
}

function toReading(
  sheet: Sheet,
  layout: PageLayout,
  paths: readonly Path[],
  turnedDegrees: number,
): Result<PageReading> {
  const gain = commonGain(sheet.pulses);
  const gainMmPerMv = gain ?? 10;
  const speedMmPerS = 25;
  const length = sheet.right - sheet.left;
  const perSample = (speedMmPerS * SCALE) / READ_RATE_HZ;
  const samples = Math.floor(length / perSample);
  const pieces = paths.slice(0, layout.leadRows).flatMap((path, row) =>
    Array.from({ length: layout.columns }, (_, column): Piece => ({
      lead: leadAt(layout, row, column),
      path,
      from: Math.round((column * length) / layout.columns),
      to: Math.round(((column + 1) * length) / layout.columns),
    })),
  );
  const scale = { perSample, samples, microvoltsPerPixel: 1000 / (gainMmPerMv * SCALE) };
  const leads = pieces.map((piece) => ({ name: piece.lead, microvolts: sampled(piece, scale) }));
  const strip = paths[layout.leadRows];
  let rhythmLead: LeadName | null = null;
  if (strip) {
    const whole = sampled({ lead: 'II', path: strip, from: 0, to: length }, scale);
    rhythmLead = mostAlike(whole, leads);
    const at = leads.findIndex(({ name }) => name === rhythmLead);
    if (rhythmLead && at >= 0) leads[at] = { name: rhythmLead, microvolts: whole };
  }
  const ecg = createEcg({
    leads: [...leads].sort(byName),
    sampleRateHz: READ_RATE_HZ,
    partial: true,
  });
  if (!ecg.ok) return refuse('picture-unreadable', ecg.failure.detail);
  return ok({
    ecg: ecg.value,
    layout: layout.name,
    rhythmLead,
    speedMmPerS,
    gainMmPerMv,
    scaleFrom: gain === null ? 'grid' : 'pulse',
    traces: pieces.map(({ lead, path, from, to }) => ({
      lead,
      confidence: path.covered,
      fromSeconds: from / SCALE / speedMmPerS,
      toSeconds: to / SCALE / speedMmPerS,
    })),
    turnedDegrees,
  });
}

function byName(a: { name: LeadName }, b: { name: LeadName }): number {
  return LEAD_NAMES.indexOf(a.name) - LEAD_NAMES.indexOf(b.name);
}

interface Sampling {
  readonly perSample: number;
  readonly samples: number;
  readonly microvoltsPerPixel: number;
}

/** Microvolts at the sample rate; the middle height of the piece is the zero line. */
function sampled(
  { path, from, to }: Piece,
  { perSample, samples, microvoltsPerPixel }: Sampling,
): Float64Array {
  const known = path.heights
    .slice(from, to)
    .filter((y) => !Number.isNaN(y))
    .sort();
  const zero = known[known.length >> 1] ?? 0;
  const values = new Float64Array(samples).fill(NaN);
  for (let i = 0; i < samples; i += 1) {
    const x = i * perSample;
    if (x < from || x > to - 1) continue;
    const k = Math.floor(x);
    const a = path.heights[k] as number;
    const b = path.heights[Math.min(k + 1, path.heights.length - 1)] as number;
    values[i] = (zero - (a + (b - a) * (x - k))) * microvoltsPerPixel;
  }
  return values;
}

const ALIKE_MIN = 0.8;

function mostAlike(
  strip: Float64Array,
  leads: readonly { name: LeadName; microvolts: Float64Array }[],
): LeadName | null {
  let best: LeadName | null = null;
  let most = ALIKE_MIN;
  for (const { name, microvolts } of leads) {
    const r = correlation(strip, microvolts);
    if (r > most) {
      most = r;
      best = name;
    }
  }
  return best;
}

export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n += 1;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
  return spread > 0 ? (n * sab - sa * sb) / spread : 0;
}
