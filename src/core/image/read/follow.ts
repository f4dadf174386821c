import { median } from '../../signal/statistics.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { uncross } from './cross.js';
import { fitted } from './fit.js';
import { followTrace, passedOf } from './path.js';
import { penOf } from './pen.js';
import type { Sheet } from './rows.js';
import { runsOf, type Run } from './runs.js';
import { SCALE } from './straighten.js';
import { heightsOf, type Path } from './stroke.js';

/** A row, the ink of each column that it can reach, and the ink that it follows. */
export interface Row {
  readonly baseline: number;
  readonly columns: readonly (readonly Run[])[];
  /** Never empty. */
  readonly runs: readonly Run[];
}

const ROW_REACH_MM = 45;
/** Of what is free after two rounds nearly all has found its row; most pages settle before. */
const ROUNDS = 3;
/** Two rows that have more than this share of their way in common are one. */
const ONE_ROW_SHARE = 0.5;

/** Each row by itself: enough to see which rows there are, and where they begin and end. */
export function followAlone(sheet: Sheet, plane: DarknessPlane, threshold: number): readonly Row[] {
  const reach = ROW_REACH_MM * SCALE;
  const rows = sheet.baselines.map((baseline) => {
    const columns = runsOf(sheet.traces, plane, threshold, baseline - reach, baseline + reach);
    return { baseline, columns, runs: followTrace(columns, { ...sheet, baseline }) };
  });
  return distinct(rows);
}

/** A trace that stays away from its line for long, as raised ST segments do, may pass for two rows. */
function distinct(rows: readonly Row[]): readonly Row[] {
  const kept: Row[] = [];
  const inked = rows.filter(({ runs }) => runs.length > 0);
  for (const row of inked.sort((a, b) => awayOf(a) - awayOf(b))) {
    if (kept.every((other) => shareOf(row, other) <= ONE_ROW_SHARE)) kept.push(row);
  }
  return kept.sort((a, b) => a.baseline - b.baseline);
}

function awayOf({ baseline, runs }: Row): number {
  return median(runs.map(({ top, bottom }) => Math.abs((top + bottom) / 2 - baseline)));
}

function shareOf({ runs }: Row, other: Row): number {
  const tops = new Map(other.runs.map(({ x, top }) => [x, top]));
  return runs.filter(({ x, top }) => tops.get(x) === top).length / runs.length;
}

/**
 * The same rows together. A tall stroke reaches into the rows beside it, where another row's ink is
 * the nearer: what no other row follows is worth a way to it, and strokes that cross go on as they came.
 */
export function followTogether(
  alone: readonly Row[],
  seamsOf: (row: number) => readonly number[],
  sheet: Sheet,
  plane: DarknessPlane,
  threshold: number,
): readonly Path[] {
  const followers = createFollowers(plane);
  const rows = [...alone];
  for (const { runs } of rows) followers.count(runs, 1);
  let isSettled = false;
  for (let round = 0; round < ROUNDS && !isSettled; round += 1) {
    isSettled = true;
    for (const [k, { baseline, columns, runs: before }] of rows.entries()) {
      followers.count(before, -1);
      const way = { ...sheet, baseline, seams: seamsOf(k), followed: followers.followed };
      const runs = followTrace(columns, way);
      followers.count(runs, 1);
      rows[k] = { baseline, columns, runs };
      isSettled &&= runs.length === before.length && runs.every((run, i) => run === before[i]);
    }
  }
  const traces = rows.map(({ runs }) => runs);
  for (let k = 0; k + 1 < traces.length; k += 1) {
    const [upper, lower] = [traces[k], traces[k + 1]] as [readonly Run[], readonly Run[]];
    [traces[k], traces[k + 1]] = uncross(upper, lower);
  }
  const pen = penOf(sheet.pulses, traces, plane, threshold);
  return withoutOthers(traces, plane).map((runs) =>
    fitted(heightsOf(runs, plane, threshold, pen), runs, plane, pen),
  );
}

/** Runs less what is beyond a row's own way and on another row's. */
function withoutOthers(
  traces: readonly (readonly Run[])[],
  plane: DarknessPlane,
): readonly (readonly Run[])[] {
  const followers = createFollowers(plane);
  for (const runs of traces) followers.count(runs, 1);
  return traces.map((runs) => {
    followers.count(runs, -1);
    const isOthers = (x: number, top: number, bottom: number): boolean =>
      followers.followed(x, top, bottom) > (bottom - top) / 2;
    const passed = passedOf(runs);
    const own = runs.map(({ x, top, bottom }, k) => {
      const way = passed[k] as Run;
      return {
        x,
        top: isOthers(x, top, way.top) ? way.top : top,
        bottom: isOthers(x, way.bottom, bottom) ? way.bottom : bottom,
      };
    });
    followers.count(runs, 1);
    return own;
  });
}

interface Followers {
  /** A row comes to follow what `runs` pass, or leaves it. */
  readonly count: (runs: readonly Run[], step: 1 | -1) => void;
  /** How much of a column, between two heights, some row follows. */
  readonly followed: (x: number, top: number, bottom: number) => number;
}

function createFollowers({ width, height }: DarknessPlane): Followers {
  /** Column by column, since runs stand upright. */
  const rows = new Uint8Array(width * height);
  return {
    count: (runs, step) => {
      for (const { x, top, bottom } of passedOf(runs)) {
        for (let at = x * height + top; at < x * height + bottom; at += 1) {
          rows[at] = (rows[at] as number) + step;
        }
      }
    },
    followed: (x, top, bottom) => {
      let sum = 0;
      for (let at = x * height + top; at < x * height + bottom; at += 1) {
        if (rows[at] !== 0) sum += 1;
      }
      return sum;
    },
  };
}
