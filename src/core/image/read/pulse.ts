import type { Component } from '../ink/components.js';
import { median } from '../../signal/statistics.js';
import { GAINS, type Gain } from '../paper.js';
import { SCALE } from './straighten.js';

const WIDTH_MM_MIN = 1.5;
const WIDTH_MM_MAX = 14;
/** How far a pulse's height may be from that of a known gain. */
const HEIGHT_OFF_MAX = 0.12;

export interface Pulse {
  readonly gain: Gain;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly foot: number;
}

/** Pulses stand one below the other. */
const ASIDE_MM_MAX = 2.5;

/** Pulses of one millivolt among the short pieces that stand outside the traces. */
export function pulsesOf(
  pieces: readonly Component[],
  left: number,
  penWidth: number,
): readonly Pulse[] {
  const found = pieces.flatMap((piece): Pulse[] => {
    const width = (piece.right - piece.left) / SCALE;
    const height = (piece.bottom - piece.top - penWidth) / SCALE;
    if (width < WIDTH_MM_MIN || width > WIDTH_MM_MAX || piece.right > left + SCALE) return [];
    const gain = GAINS.find((value) => Math.abs(height / value - 1) <= HEIGHT_OFF_MAX);
    const foot = piece.bottom - penWidth / 2;
    return gain === undefined
      ? []
      : [{ gain, left: piece.left, right: piece.right, top: piece.top, foot }];
  });
  let column: readonly Pulse[] = [];
  for (const { left: at, gain } of found) {
    const isBelow = (pulse: Pulse): boolean =>
      pulse.gain === gain && Math.abs(pulse.left - at) <= ASIDE_MM_MAX * SCALE;
    const alike = found.filter(isBelow);
    if (alike.length > column.length) column = alike;
  }
  return column;
}

export function commonGain(pulses: readonly Pulse[]): Gain | null {
  const count = (gain: Gain): number => pulses.filter((pulse) => pulse.gain === gain).length;
  const best = [...GAINS].sort((a, b) => count(b) - count(a))[0];
  return best !== undefined && count(best) > 0 ? best : null;
}

/** A pulse lasts 200 ms and has two short feet: so wide it is on paper that ran 50 mm/s, never at 25. */
const FAST_MM_MIN = 9;

export function areOfFastPaper(pulses: readonly Pulse[]): boolean {
  if (pulses.length === 0) return false;
  return median(pulses.map(({ left, right }) => right - left)) >= FAST_MM_MIN * SCALE;
}
