import type { PictureInput } from '../core/decision/card.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { failureOf, ok, refuse, type Result } from '../core/failure.js';
import {
  absentLead,
  STANDARD_CELLS,
  STANDARD_PAGE,
  standardPicture,
  startSeconds,
  type Recording,
} from '../core/image/picture/standard-page.js';
import { packedLead, type PackedEcg } from './packed-ecg.js';
import type { PreparedSignal } from './preprocess.js';
import type { AttentionMap } from './run-members.js';

/** The ECG on the standard page, as the share of ink in each place. */
export function preparePicture(input: PictureInput, ecg: PackedEcg): Result<PreparedSignal> {
  const recording: Recording = {
    sampleRateHz: ecg.sampleRateHz,
    sampleCount: ecg.sampleCount,
    samplesOf: (lead) => packedLead(ecg, lead),
  };
  const absent = absentLead(recording);
  if (absent !== null) return refuse('input-unavailable', `lead ${absent} is not on the page`);
  try {
    const { width, height, pixelsPerMm } = input;
    const data = standardPicture(recording, pixelsPerMm);
    return ok({
      tensor: { dims: [1, 1, height, width], data },
      statistics: inkOf(data, width, height),
      timeline: {
        startMs: 1000 * startSeconds(recording),
        lengthMs: 1000 * STANDARD_PAGE.seconds,
        recordedMs: (1000 * ecg.sampleCount) / ecg.sampleRateHz,
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse('input-unavailable', `${error.message} (${failureOf(error).code})`);
  }
}

const ROWS = STANDARD_PAGE.rows + 1;

interface Part {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Where each of the twelve stands on a page of so many places. */
function partsOf(width: number, height: number): readonly Part[] {
  return STANDARD_CELLS.slice(0, LEAD_NAMES.length).map(({ row, fromSeconds, toSeconds }) => ({
    top: Math.round((row * height) / ROWS),
    bottom: Math.round(((row + 1) * height) / ROWS),
    left: Math.round((fromSeconds * width) / STANDARD_PAGE.seconds),
    right: Math.round((toSeconds * width) / STANDARD_PAGE.seconds),
  }));
}

/** Share of ink where each lead stands: what drifts when another kind of ECG comes in. */
function inkOf(data: Float32Array, width: number, height: number) {
  const statistics = { mean: [] as number[], deviation: [] as number[], peak: [] as number[] };
  for (const { top, bottom, left, right } of partsOf(width, height)) {
    let sum = 0;
    let squares = 0;
    let peak = 0;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const ink = data[y * width + x] as number;
        sum += ink;
        squares += ink * ink;
        peak = Math.max(peak, ink);
      }
    }
    const mean = sum / ((bottom - top) * (right - left));
    statistics.mean.push(mean);
    statistics.deviation.push(
      Math.sqrt(Math.max(0, squares / ((bottom - top) * (right - left)) - mean * mean)),
    );
    statistics.peak.push(peak);
  }
  return statistics;
}

/**
 * A map over the page as one over leads and time: a lead has the greatest weight over its row's
 * height where it stands, and none where the page does not show it. The rhythm strip is lead II for
 * all of the time.
 */
export function leadsOfPage({ leads: height, steps, values }: AttentionMap): AttentionMap {
  const found = new Float32Array(LEAD_NAMES.length * steps);
  for (const { lead, row, fromSeconds, toSeconds } of STANDARD_CELLS) {
    const [top, bottom] = [
      Math.round((row * height) / ROWS),
      Math.round(((row + 1) * height) / ROWS),
    ];
    const left = Math.round((fromSeconds * steps) / STANDARD_PAGE.seconds);
    const right = Math.round((toSeconds * steps) / STANDARD_PAGE.seconds);
    const at = LEAD_NAMES.indexOf(lead) * steps;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        found[at + x] = Math.max(found[at + x] as number, values[y * steps + x] as number);
      }
    }
  }
  return { leads: LEAD_NAMES.length, steps, values: found };
}
