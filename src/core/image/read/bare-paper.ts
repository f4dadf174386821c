import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import type { FlatPage } from './flatten.js';
import type { Homography } from './homography.js';
import { commonGain } from './pulse.js';
import { INK_MIN, sheetOf } from './rows.js';
import { SCALE, straighten } from './straighten.js';

/** Carts print ten seconds over this width; on paper without a grid nothing else tells the scale. */
const TRACES_MM = 250;
/** A first guess, near enough to tell a trace from a letter. */
const PICTURE_MM = 290;
const TURN_DEGREES_MAX = 10;
const TURN_STEP = 0.5;
const PULSES_MIN = 2;

/**
 * Paper without a grid, laid straight by its rows. Believed only where pulses of one millivolt stand
 * beside the traces and have the height that the width of the traces foretells.
 */
export function flattenBare(pen: DarknessPlane): FlatPage | null {
  const turn = turnOf(pen);
  const guess = PICTURE_MM / Math.max(pen.width, pen.height);
  const first = laid(pen, guess, turn);
  const sheet = sheetOf(binarise(first, INK_MIN));
  if (!sheet) return null;
  const width = (sheet.right - sheet.left) / SCALE;
  const second = laid(pen, (guess * TRACES_MM) / width, turn);
  const again = sheetOf(binarise(second, INK_MIN));
  if (!again) return null;
  const gain = commonGain(again.pulses);
  if (gain === null || again.pulses.filter((pulse) => pulse.gain === gain).length < PULSES_MIN)
    return null;
  return { pen: second, turnedDegrees: turn, wider: null };
}

function laid(pen: DarknessPlane, mmPerPixel: number, turnDegrees: number): DarknessPlane {
  const angle = (turnDegrees * Math.PI) / 180;
  const [c, s] = [Math.cos(angle) * mmPerPixel, Math.sin(angle) * mmPerPixel];
  const { width, height } = pen;
  const homography: Homography = [c, s, 0, -s, c, 0, 0, 0];
  const [w, h] = [
    Math.abs(c) * width + Math.abs(s) * height,
    Math.abs(c) * height + Math.abs(s) * width,
  ];
  const [x, y] = [(c * width + s * height) / 2, (c * height - s * width) / 2];
  const box = { left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 };
  return straighten(pen, homography, box);
}

/** The turn at which the ink lies most in rows. */
function turnOf({ width, height, data }: DarknessPlane): number {
  const points: number[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 3)
      if ((data[y * width + x] as number) >= INK_MIN) points.push(x, y);
  }
  let best = 0;
  let most = -1;
  for (let turn = -TURN_DEGREES_MAX; turn <= TURN_DEGREES_MAX; turn += TURN_STEP) {
    const slope = Math.tan((turn * Math.PI) / 180);
    const rows = new Float64Array(height + 2 * width);
    for (let i = 0; i < points.length; i += 2) {
      const row = Math.round((points[i + 1] as number) - slope * (points[i] as number)) + width;
      if (row >= 0 && row < rows.length) rows[row] = (rows[row] as number) + 1;
    }
    const sharp = rows.reduce((sum, count) => sum + count * count, 0);
    if (sharp > most) {
      most = sharp;
      best = turn;
    }
  }
  return best;
}
