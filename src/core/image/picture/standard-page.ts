import { MISSING, type Ecg } from '../../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../ecg/lead.js';
import { createPage, polyline, type Mark, type Page } from '../page.js';
import { rasterise } from '../raster.js';
import { traceLine } from '../trace-line.js';
import { pictureOf, wholeOf, type PictureShape } from './picture.js';

/**
 * The one page that a network for pictures sees, whichever way an ECG came: traces alone, in places
 * that never move. What another page would tell beside the heart (its header, its margins, its
 * grid, its pen) is not on it.
 */
export const STANDARD_PAGE = Object.freeze({
  name: 'standard-page',
  /** Goes up with any change of what is drawn or of what is made of it. */
  version: 1,
  widthMm: 250,
  heightMm: 100,
  rowMm: 25,
  seconds: 10,
  speedMmPerSecond: 25,
  gainMmPerMillivolt: 10,
  penMm: 0.6,
  /** The page is drawn finer than it is shown, lest the steps of its pixels be seen. */
  dotsPerPixel: 3,
  columns: 4,
  rows: 3,
  rhythm: 'II',
  /** The rest of each lead's place is blank: paper gives less than 2.5 s, by its maker and layout. */
  shownShare: 7 / 8,
});

/** One lead in one place of the page, whose left edge is at 0 s; the rhythm strip is the last. */
export interface StandardCell {
  readonly lead: LeadName;
  readonly row: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const COLUMN_SECONDS = STANDARD_PAGE.seconds / STANDARD_PAGE.columns;

export const STANDARD_CELLS: readonly StandardCell[] = Object.freeze([
  ...LEAD_NAMES.map((lead, i) => ({
    lead,
    row: i % STANDARD_PAGE.rows,
    fromSeconds: Math.floor(i / STANDARD_PAGE.rows) * COLUMN_SECONDS,
    toSeconds: (Math.floor(i / STANDARD_PAGE.rows) + 1) * COLUMN_SECONDS,
  })),
  {
    lead: STANDARD_PAGE.rhythm,
    row: STANDARD_PAGE.rows,
    fromSeconds: 0,
    toSeconds: STANDARD_PAGE.seconds,
  },
]);

/** The stretch of a recording that stands on the page. */
export interface Recording {
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly samplesOf: (lead: LeadName) => ArrayLike<number>;
}

export function recordingOf({ sampleRateHz, sampleCount, leads }: Ecg): Recording {
  const samplesOf = (name: LeadName): ArrayLike<number> =>
    leads.find((lead) => lead.name === name)?.samples ?? [];
  return { sampleRateHz, sampleCount, samplesOf };
}

/** Of a long recording the middle; a short one begins at the left edge. */
export function startSeconds({ sampleCount, sampleRateHz }: Recording): number {
  return Math.max(0, (sampleCount / sampleRateHz - STANDARD_PAGE.seconds) / 2);
}

/**
 * Where each cell's stretch begins in the recording, in seconds: at the column's own time, or, where
 * the lead is not known for all of that, as near to it as it is known. Paper of another layout shows
 * a lead at other times; an unknown lead keeps its column's time.
 */
export function cellStarts(recording: Recording): readonly number[] {
  const { sampleRateHz } = recording;
  const start = startSeconds(recording);
  return STANDARD_CELLS.map(({ lead, fromSeconds, toSeconds }, cell) => {
    const wanted = start + fromSeconds;
    if (cell === STANDARD_CELLS.length - 1) return wanted;
    const [from, to] = knownRange(recording.samplesOf(lead));
    const latest = to / sampleRateHz - (toSeconds - fromSeconds);
    return from < to ? Math.max(from / sampleRateHz, Math.min(wanted, latest)) : wanted;
  });
}

/** From the first sample known to one past the last. */
function knownRange(samples: ArrayLike<number>): readonly [from: number, to: number] {
  let from = 0;
  let to = samples.length;
  while (from < to && samples[from] === MISSING) from += 1;
  while (to > from && samples[to - 1] === MISSING) to -= 1;
  return [from, to];
}

export function standardPage(recording: Recording): Page {
  const starts = cellStarts(recording);
  return createPage({
    widthMm: STANDARD_PAGE.widthMm,
    heightMm: STANDARD_PAGE.heightMm,
    title: 'ECG on the standard page',
    marks: STANDARD_CELLS.flatMap((cell, i) => cellMarks(recording, cell, starts[i] as number)),
  });
}

function cellMarks(recording: Recording, cell: StandardCell, start: number): readonly Mark[] {
  const { speedMmPerSecond, gainMmPerMillivolt, rowMm, penMm } = STANDARD_PAGE;
  const lines = traceLine(
    {
      samples: recording.samplesOf(cell.lead),
      sampleRateHz: recording.sampleRateHz,
      fromSeconds: start,
      toSeconds: start + cell.toSeconds - cell.fromSeconds,
    },
    { speedMmPerSecond, gainMmPerMillivolt, isInverted: false },
  );
  const left = cell.fromSeconds * speedMmPerSecond;
  const level = (cell.row + 0.5) * rowMm;
  return lines.map((points) =>
    polyline(
      'trace',
      penMm,
      points.map((value, i) => (i % 2 === 0 ? left + value : level - value)),
    ),
  );
}

/** How many values the picture has a side, at so many a millimetre. */
export function standardShape(pixelsPerMm: number): { width: number; height: number } {
  return {
    width: Math.round(STANDARD_PAGE.widthMm * pixelsPerMm),
    height: Math.round(STANDARD_PAGE.heightMm * pixelsPerMm),
  };
}

/** The picture of a recording, as the pipeline makes it of any page's pixels. */
export function standardPicture(
  recording: Recording,
  pixelsPerMm: number,
): Float32Array<ArrayBuffer> {
  const pixels = rasterise(standardPage(recording), pixelsPerMm * STANDARD_PAGE.dotsPerPixel);
  const shape = standardShape(pixelsPerMm);
  const picture = pictureOf(pixels, wholeOf(pixels), shape);
  blank(picture, shape, isWhole(recording));
  return picture;
}

/**
 * What tells paper of one layout from paper of another is taken away: the ends of the leads' places,
 * and the rhythm strip, which stays for a whole recording alone.
 */
function blank(picture: Float32Array, { width, height }: PictureShape, hasStrip: boolean): void {
  const { rows, columns, shownShare } = STANDARD_PAGE;
  const column = width / columns;
  const stripTop = (height * rows) / (rows + 1);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isBlank = y < stripTop ? x % column >= column * shownShare : !hasStrip;
      if (isBlank) picture[y * width + x] = 0;
    }
  }
}

function isWhole(recording: Recording): boolean {
  return LEAD_NAMES.every((lead) => {
    const samples = recording.samplesOf(lead);
    for (let i = 0; i < samples.length; i += 1) if (samples[i] === MISSING) return false;
    return samples.length > 0;
  });
}

/** A lead with more of its stretch unknown than this share is not on the page. */
const UNKNOWN_SHARE_MAX = 0.2;

/** The first of the twelve that the page would not show; the rhythm strip may be absent. */
export function absentLead(recording: Recording): LeadName | null {
  const starts = cellStarts(recording);
  const { sampleRateHz } = recording;
  for (const [i, { lead }] of STANDARD_CELLS.slice(0, LEAD_NAMES.length).entries()) {
    const samples = recording.samplesOf(lead);
    const from = Math.round((starts[i] as number) * sampleRateHz);
    const to = from + Math.round(COLUMN_SECONDS * STANDARD_PAGE.shownShare * sampleRateHz);
    let unknown = 0;
    for (let at = from; at < to; at += 1) {
      if (at >= samples.length || samples[at] === MISSING) unknown += 1;
    }
    if (unknown > UNKNOWN_SHARE_MAX * (to - from)) return lead;
  }
  return null;
}
