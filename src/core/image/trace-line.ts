import { MISSING } from '../ecg/ecg.js';

/**
 * A stretch of one lead, in millimetres from its beginning and upwards from its level: x, y, x, y
 * ...; a new line begins after each gap.
 */
export type TraceLine = readonly (readonly number[])[];

export interface TraceWindow {
  readonly samples: ArrayLike<number>;
  readonly sampleRateHz: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export interface TraceScale {
  readonly speedMmPerSecond: number;
  readonly gainMmPerMillivolt: number;
  readonly isInverted: boolean;
  /** What stands on the row's line; the median where nothing is said. */
  readonly levelMicrovolts?: number;
}

/** Samples nearer than this on paper are drawn as the least and the greatest of each such step. */
const STEP_MM_MIN = 0.045;

/**
 * Paper shows differences, not levels: a recorder's offset would only push the trace off its row.
 * So each stretch stands with its median on the row's line. What is not known is not drawn.
 */
export function traceLine(window: TraceWindow, scale: TraceScale): TraceLine {
  const { samples, sampleRateHz, fromSeconds } = window;
  const from = Math.max(0, Math.round(fromSeconds * sampleRateHz));
  const to = Math.min(samples.length, Math.round(window.toSeconds * sampleRateHz));
  const level = scale.levelMicrovolts ?? medianOf(samples, from, to);
  const heightMm = (scale.isInverted ? -1 : 1) * (scale.gainMmPerMillivolt / 1000);
  const stepMm = scale.speedMmPerSecond / sampleRateHz;
  const startMm = fromSeconds * scale.speedMmPerSecond;
  const group = Math.ceil(STEP_MM_MIN / stepMm);
  return knownRuns(samples, from, to).map((run) =>
    drawnSamples(samples, run, group).flatMap((i) => [
      i * stepMm - startMm,
      heightMm * ((samples[i] as number) - level),
    ]),
  );
}

type Run = readonly [from: number, to: number];

function knownRuns(samples: ArrayLike<number>, from: number, to: number): Run[] {
  const runs: Run[] = [];
  let start = -1;
  for (let i = from; i <= to; i += 1) {
    const isKnown = i < to && samples[i] !== MISSING;
    if (isKnown && start < 0) start = i;
    if (!isKnown && start >= 0) {
      runs.push([start, i]);
      start = -1;
    }
  }
  return runs;
}

/** All samples, or of each group the least and the greatest in the order in which they came. */
function drawnSamples(samples: ArrayLike<number>, [from, to]: Run, group: number): number[] {
  const drawn: number[] = [];
  for (let start = from; start < to; start += group) {
    let low = start;
    let high = start;
    for (let i = start + 1; i < Math.min(to, start + group); i += 1) {
      if ((samples[i] as number) < (samples[low] as number)) low = i;
      if ((samples[i] as number) > (samples[high] as number)) high = i;
    }
    if (low === high) drawn.push(low);
    else drawn.push(Math.min(low, high), Math.max(low, high));
  }
  return drawn;
}

function medianOf(samples: ArrayLike<number>, from: number, to: number): number {
  const known = new Int16Array(Math.max(0, to - from));
  let count = 0;
  for (let i = from; i < to; i += 1) {
    const value = samples[i] as number;
    if (value !== MISSING) known[count++] = value;
  }
  return known.subarray(0, count).sort()[count >> 1] ?? 0;
}

/** What is left of a line between two heights of the page, and where it left them. */
export interface Clipped {
  readonly lines: readonly (readonly number[])[];
  readonly exits: readonly Exit[];
}

export interface Exit {
  readonly fromX: number;
  readonly toX: number;
  readonly side: 'top' | 'bottom';
}

/** Cuts a line (in page millimetres, y downwards) at the edges of its band. */
export function clipLine(points: readonly number[], top: number, bottom: number): Clipped {
  const lines: number[][] = [];
  const exits: Exit[] = [];
  let current: number[] = [];
  let leftAt: { x: number; side: Exit['side'] } | null = null;
  const close = (): void => {
    if (current.length > 0) lines.push(current);
    current = [];
  };
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    const [beforeX, beforeY] = i > 0 ? [points[i - 2] as number, points[i - 1] as number] : [x, y];
    const side = sideOf(y, top, bottom);
    const before = sideOf(beforeY, top, bottom);
    const crossing = (edge: Exit['side']): number => {
      const limit = edge === 'top' ? top : bottom;
      return beforeX + ((limit - beforeY) / (y - beforeY)) * (x - beforeX);
    };
    if (before !== null && before !== side) {
      const at = crossing(before);
      exits.push({ fromX: leftAt?.x ?? at, toX: at, side: before });
      current.push(at, before === 'top' ? top : bottom);
      leftAt = null;
    }
    if (side !== null && (i === 0 || before !== side)) {
      const at = i === 0 ? x : crossing(side);
      if (i > 0) current.push(at, side === 'top' ? top : bottom);
      close();
      leftAt = { x: at, side };
    }
    if (side === null) current.push(x, y);
  }
  close();
  const lastX = points[points.length - 2];
  if (leftAt && lastX !== undefined) exits.push({ fromX: leftAt.x, toX: lastX, side: leftAt.side });
  return { lines, exits };
}

function sideOf(y: number, top: number, bottom: number): Exit['side'] | null {
  if (y < top) return 'top';
  return y > bottom ? 'bottom' : null;
}
