import { median, quantile } from '../../signal/statistics.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { breadthsAcross, endsOf } from './ink-edge.js';
import type { Pulse } from './pulse.js';
import type { Run } from './runs.js';

/** The part of a pulse's height in which it is two upright strokes and nothing else. */
const UPRIGHT_FROM = 0.3;
const UPRIGHT_TO = 0.7;
/** Of a trace's runs the lower share by height are those of level strokes. */
const LEVEL_QUANTILE = 0.2;

/**
 * The width of the pen that drew a page, in pixels. A pulse's upright strokes show it, for no tremor
 * of muscles thickens them; without a pulse the level parts of the traces must do.
 */
export function penOf(
  pulses: readonly Pulse[],
  traces: readonly (readonly Run[])[],
  plane: DarknessPlane,
  threshold: number,
): number {
  const upright = pulses.flatMap(({ left, right, top, foot }) => {
    const from = Math.round(top + (foot - top) * UPRIGHT_FROM);
    const to = Math.round(top + (foot - top) * UPRIGHT_TO);
    return Array.from({ length: to - from }, (_, k) =>
      breadthsAcross(plane, threshold, from + k, left, right),
    ).flat();
  });
  if (upright.length > 0) return Math.max(1, median(upright));
  const level = traces.flatMap((runs) =>
    runs.map((run) => {
      const { top, bottom } = endsOf(run, plane, threshold);
      return bottom - top;
    }),
  );
  return level.length > 0 ? Math.max(1, quantile(level, LEVEL_QUANTILE)) : 1;
}
