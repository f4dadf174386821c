import type { PictureInput } from '../core/decision/card.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { failureOf, ok, refuse, type Result } from '../core/failure.js';
import {
  absentLead,
  cellStarts,
  STANDARD_CELLS,
  STANDARD_PAGE,
  standardPicture,
  startSeconds,
  type Recording,
} from '../core/image/picture/standard-page.js';
import { packedLead, type PackedEcg } from './packed-ecg.js';
import type { PreparedSignal, Timeline } from './preprocess.js';
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
        cellStartsMs: cellStarts(recording).map((seconds) => 1000 * seconds),
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse('input-unavailable', `${error.message} (${failureOf(error).code})`);
  }
}

const ROWS = STANDARD_PAGE.rows + 1;

/** Share of ink where each lead stands: what drifts when another kind of ECG comes in. */
function inkOf(data: Float32Array, width: number, height: number) {
  const statistics = { mean: [] as number[], deviation: [] as number[], peak: [] as number[] };
  for (const { row, fromSeconds, toSeconds } of STANDARD_CELLS.slice(0, LEAD_NAMES.length)) {
    const [top, bottom] = rowSpan(row, height);
    const left = Math.round((fromSeconds * width) / STANDARD_PAGE.seconds);
    const right = Math.round((toSeconds * width) / STANDARD_PAGE.seconds);
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
 * height, at the time that stands there, and none where the page does not show it. The rhythm strip
 * is lead II for all of the time.
 */
export function leadsOfPage(
  { leads: height, steps, values }: AttentionMap,
  { startMs, lengthMs, cellStartsMs }: Timeline,
): AttentionMap {
  const found = new Float32Array(LEAD_NAMES.length * steps);
  const stepOf = (ms: number): number => Math.round((ms * steps) / lengthMs);
  STANDARD_CELLS.forEach(({ lead, row, fromSeconds, toSeconds }, cell) => {
    const [top, bottom] = rowSpan(row, height);
    const [left, right] = [stepOf(1000 * fromSeconds), stepOf(1000 * toSeconds)];
    const moved = stepOf((cellStartsMs?.[cell] ?? startMs + 1000 * fromSeconds) - startMs) - left;
    const at = LEAD_NAMES.indexOf(lead) * steps;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const step = x + moved;
        if (step < 0 || step >= steps) continue;
        found[at + step] = Math.max(found[at + step] as number, values[y * steps + x] as number);
      }
    }
  });
  return { leads: LEAD_NAMES.length, steps, values: found };
}

function rowSpan(row: number, height: number): readonly [top: number, bottom: number] {
  return [Math.round((row * height) / ROWS), Math.round(((row + 1) * height) / ROWS)];
}
