import { MISSING, type Ecg } from '../../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../ecg/lead.js';
import { createPage, polyline, type Mark, type Page } from '../page.js';
import { rasterise } from '../raster.js';
import { traceLine } from '../trace-line.js';
import { pictureOf, wholeOf } from './picture.js';

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
});

/** One lead for one stretch of the page; the rhythm strip is the last. */
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

export function standardPage(recording: Recording): Page {
  const start = startSeconds(recording);
  return createPage({
    widthMm: STANDARD_PAGE.widthMm,
    heightMm: STANDARD_PAGE.heightMm,
    title: 'ECG on the standard page',
    marks: STANDARD_CELLS.flatMap((cell) => cellMarks(recording, cell, start)),
  });
}

function cellMarks(recording: Recording, cell: StandardCell, start: number): readonly Mark[] {
  const { speedMmPerSecond, gainMmPerMillivolt, rowMm, penMm } = STANDARD_PAGE;
  const lines = traceLine(
    {
      samples: recording.samplesOf(cell.lead),
      sampleRateHz: recording.sampleRateHz,
      fromSeconds: start + cell.fromSeconds,
      toSeconds: start + cell.toSeconds,
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
  return pictureOf(pixels, wholeOf(pixels), standardShape(pixelsPerMm));
}

/** A lead with more of its stretch unknown than this share is not on the page. */
const UNKNOWN_SHARE_MAX = 0.2;

/** The first of the twelve that the page would not show; the rhythm strip may be absent. */
export function absentLead(recording: Recording): LeadName | null {
  const start = startSeconds(recording);
  const { sampleRateHz } = recording;
  for (const { lead, fromSeconds, toSeconds } of STANDARD_CELLS.slice(0, LEAD_NAMES.length)) {
    const samples = recording.samplesOf(lead);
    const from = Math.round((start + fromSeconds) * sampleRateHz);
    const to = Math.round((start + toSeconds) * sampleRateHz);
    let unknown = 0;
    for (let i = from; i < to; i += 1) {
      if (i >= samples.length || samples[i] === MISSING) unknown += 1;
    }
    if (unknown > UNKNOWN_SHARE_MAX * (to - from)) return lead;
  }
  return null;
}
