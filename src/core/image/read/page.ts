import { createEcg, type Ecg } from '../../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../ecg/lead.js';
import { ok, refuse, type Result } from '../../failure.js';
import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import type { LayoutName } from '../paper.js';
import type { Pixels } from '../raster.js';
import { inAccord } from './accord.js';
import { flattenBare } from './bare-paper.js';
import { flatten, type FlatPage } from './flatten.js';
import { followAlone, followTogether, type Row } from './follow.js';
import { layoutOf, type PageLayout } from './layout.js';
import {
  bordersOf,
  confidenceOf,
  mostAlike,
  piecesOf,
  READ_RATE_HZ,
  sampled,
  type Borders,
  type NamedSamples,
  type Piece,
  type Sampling,
} from './leads.js';
import { planesOf } from './planes.js';
import { areOfFastPaper, commonGain } from './pulse.js';
import { inkThreshold, sheetOf, type Sheet } from './rows.js';
import type { Run } from './runs.js';
import { speedOf } from './speed.js';
import { SCALE } from './straighten.js';
import type { Path } from './stroke.js';
import { liesSideways, turnedOver, turnedRight } from './turn.js';

/** What was read from a picture of a paper ECG. */
export interface PageReading {
  /** Microvolts where the paper has the lead, missing elsewhere; nothing of a patient. */
  readonly ecg: Ecg;
  readonly layout: LayoutName;
  readonly rhythmLead: LeadName | null;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  /** The pulse of one millivolt told the gain; else the grid is known and 10 mm/mV is assumed. */
  readonly scaleFrom: 'pulse' | 'grid' | 'assumed';
  readonly traces: readonly ReadTrace[];
  /** How far the paper lay turned in the picture, clockwise. */
  readonly turnedDegrees: number;
}

export interface ReadTrace {
  readonly lead: LeadName;
  /** The share of its place through which the trace was followed in ink. */
  readonly confidence: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** A page with a trace of which less than this was followed is not read. */
export const CONFIDENCE_MIN = 0.75;
/** Carts that have no pulse on the page print at this gain. */
const USUAL_GAIN = 10;
/** Less of a page's trace ink than this in its rows, and they are not all that it shows. */
const EXPLAINED_MIN = 0.8;
/** A trace that ends so near to where the paper ends in the picture goes on outside. */
const EDGE_MM = 1.5;
/** No cart prints rows longer than this; two pages side by side are. */
const ROW_MM_MAX = 340;
const ROWS_MIN = 3;
/** More rows than this on a page that is no 12x1 are two pages, one above the other. */
const ROWS_MAX = 7;

/**
 * A page that is refused is looked at again, with its grid seen from farther away, then as paper
 * without one. A later look is believed only where a pulse proves it, and never over an earlier one
 * that saw more than one ECG.
 */
export function readPage(pixels: Pixels): Result<PageReading> {
  const planes = planesOf(pixels);
  const looks = [
    () => flatten(planes.pen, planes.coarse),
    () => flatten(planes.pen, planes.coarser(), planes.coarse),
    () => flattenBare(planes.pen),
  ];
  let kept: Result<PageReading> | null = null;
  for (const look of looks) {
    const flat = look();
    if (!flat) continue;
    const reading = readFlat(flat);
    if (!kept || hasPulse(reading)) kept = reading;
    if (kept.ok || kept.failure.code === 'picture-many-ecgs') break;
  }
  const nothing = 'the picture shows neither millimetre paper nor ECG traces';
  return kept ?? refuse('picture-no-page', nothing);
}

/** As it lies, with what lies around it, and only then upside down: each look costs as much as the first. */
function readFlat(flat: FlatPage): Result<PageReading> {
  const narrow = laidLevel(flat.pen, flat.turnedDegrees);
  const first = readUpright(narrow);
  if (hasPulse(first)) return first;
  const wide = flat.wider && laidLevel(flat.wider(), flat.turnedDegrees);
  // Only pulses at its left prove that a page stands on its head: an ECG upside down is another ECG.
  const later = [
    ...(wide ? [() => readUpright(wide)] : []),
    () => readTurnedOver(narrow),
    ...(wide ? [() => readTurnedOver(wide)] : []),
  ];
  for (const look of later) {
    const reading = look();
    if (hasPulse(reading)) return reading;
  }
  return first;
}

function hasPulse(reading: Result<PageReading>): boolean {
  return reading.ok && reading.value.scaleFrom === 'pulse';
}

/** Rows that run across. */
interface Level {
  readonly plane: DarknessPlane;
  readonly threshold: number;
  readonly turnedDegrees: number;
}

function laidLevel(pen: DarknessPlane, turnedDegrees: number): Level {
  const threshold = inkThreshold(pen);
  return liesSideways(binarise(pen, threshold))
    ? { plane: turnedRight(pen), threshold, turnedDegrees: turnedDegrees + 90 }
    : { plane: pen, threshold, turnedDegrees };
}

function readUpright({ plane, threshold, turnedDegrees }: Level): Result<PageReading> {
  return readPlane(plane, threshold, turnedDegrees);
}

function readTurnedOver({ plane, threshold, turnedDegrees }: Level): Result<PageReading> {
  return readPlane(turnedOver(plane), threshold, turnedDegrees + 180);
}

function readPlane(
  plane: DarknessPlane,
  threshold: number,
  turnedDegrees: number,
): Result<PageReading> {
  const sheet = sheetOf(binarise(plane, threshold));
  if (!sheet) return refuse('picture-no-page', 'the paper in the picture holds no ECG traces');
  const alone = followAlone(sheet, plane, threshold);
  const rows = alone.length;
  if (rows < ROWS_MIN) {
    return refuse('picture-cut-off', 'the picture shows only a part of the page');
  }
  const layout = layoutOf(rows);
  if (!layout && rows > ROWS_MAX) {
    return refuse('picture-many-ecgs', 'the picture shows more than one ECG: send each alone');
  }
  if (!layout) {
    return refuse('picture-layout-unknown', `${rows} rows of traces are no layout known here`);
  }
  const { left, right } = extentOf(alone);
  if (right - left > ROW_MM_MAX * SCALE) {
    return refuse('picture-many-ecgs', 'the picture shows more than one ECG: send each alone');
  }
  if (left < EDGE_MM * SCALE || right > plane.width - EDGE_MM * SCALE) {
    return refuse('picture-cut-off', 'the traces go on beyond the edge of the picture');
  }
  const baselines = alone.map(({ baseline }) => baseline);
  const borders = bordersOf(layout, { ...sheet, baselines }, left, right);
  const seamsOf = (row: number): readonly number[] =>
    row < layout.leadRows ? borders.at.slice(1, -1) : [];
  const paths = followTogether(alone, seamsOf, sheet, plane, threshold);
  if (explainedBy(paths, sheet) < EXPLAINED_MIN) {
    return refuse('picture-layout-unknown', 'the page holds traces that belong to no layout known');
  }
  if (!borders.areSeen) {
    return refuse('picture-layout-unknown', 'nothing on the page shows where one lead ends');
  }
  return toReading(sheet, layout, paths, borders, { left, right }, turnedDegrees);
}

/** Between the farthest ends that two rows agree on: a row may end early where its heart beats high. */
function extentOf(rows: readonly Row[]): { readonly left: number; readonly right: number } {
  const starts = rows.map(({ runs }) => (runs[0] as Run).x).sort((a, b) => a - b);
  const ends = rows.map(({ runs }) => (runs[runs.length - 1] as Run).x + 1).sort((a, b) => b - a);
  return { left: starts[1] as number, right: ends[1] as number };
}

/** The share of all trace ink that the rows follow: of a page with other rows beside them much is left. */
function explainedBy(paths: readonly Path[], { traces }: Sheet): number {
  const followed = paths.reduce((sum, { inkPixels }) => sum + inkPixels, 0);
  return followed / traces.data.reduce((sum, pixel) => sum + pixel, 0);
}

function toReading(
  sheet: Sheet,
  layout: PageLayout,
  paths: readonly Path[],
  borders: Borders,
  { left, right }: { readonly left: number; readonly right: number },
  turnedDegrees: number,
): Result<PageReading> {
  const gain = commonGain(sheet.pulses);
  const pieces = piecesOf(layout, paths, borders.at);
  const traces = pieces.map((piece) => ({ piece, confidence: confidenceOf(piece) }));
  const weakest = traces.reduce((a, b) => (b.confidence < a.confidence ? b : a));
  if (weakest.confidence < CONFIDENCE_MIN) {
    const { lead } = weakest.piece;
    return refuse('picture-unreadable', `the trace of lead ${lead} cannot be followed`);
  }
  const strip = paths[layout.leadRows];
  const usual = { left, right, speedMmPerS: 25, gainMmPerMv: gain ?? USUAL_GAIN };
  const first = assembled(pieces, strip, usual);
  if (!first.ok) return first;
  const speedMmPerS = areOfFastPaper(sheet.pulses) ? 50 : speedOf(first.value.ecg);
  const result = speedMmPerS === 25 ? first : assembled(pieces, strip, { ...usual, speedMmPerS });
  if (!result.ok) return result;
  const secondsAt = (x: number): number => (x - left) / SCALE / speedMmPerS;
  const reading = {
    ecg: result.value.ecg,
    layout: layout.name,
    rhythmLead: result.value.rhythmLead,
    speedMmPerS,
    gainMmPerMv: usual.gainMmPerMv,
    scaleFrom: gain === null ? ('assumed' as const) : ('pulse' as const),
    traces: traces.map(({ piece, confidence }) => ({
      lead: piece.lead,
      confidence,
      fromSeconds: secondsAt(piece.from),
      toSeconds: secondsAt(piece.to),
    })),
    turnedDegrees,
  };
  return ok(reading);
}

interface Assembled {
  readonly ecg: Ecg;
  readonly rhythmLead: LeadName | null;
}

function assembled(
  pieces: readonly Piece[],
  strip: Path | undefined,
  sampling: Sampling,
): Result<Assembled> {
  const leads: NamedSamples[] = pieces.map((piece) => ({
    name: piece.lead,
    microvolts: sampled(piece, sampling),
  }));
  const { left, right } = sampling;
  const whole = strip && sampled({ lead: 'II', path: strip, from: left, to: right }, sampling);
  const rhythmLead = whole ? mostAlike(whole, leads) : null;
  const strips = whole && rhythmLead ? [{ name: rhythmLead, microvolts: whole }] : [];
  const read = inAccord([...strips, ...leads], sampling.gainMmPerMv);
  // A strip shows all that its lead's own place shows, and more.
  const known = LEAD_NAMES.flatMap((name) => read.find((lead) => lead.name === name) ?? []);
  const ecg = createEcg({
    leads: known,
    sampleRateHz: READ_RATE_HZ,
    partial: true,
  });
  return ecg.ok
    ? ok({ ecg: ecg.value, rhythmLead })
    : refuse('picture-unreadable', `the traces make no ECG: ${ecg.failure.detail}`);
}
