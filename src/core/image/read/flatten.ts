import type { DarknessPlane } from '../ink/bitmap.js';
import { fitHomography, type Homography, type Point } from './homography.js';
import { latticeOf, localGrids, type LocalGrid } from './lattice.js';
import type { Planes } from './planes.js';
import { boxAround, PAPER_SIDE_MAX_MM, straighten, type Box } from './straighten.js';
import { TILE, tilesOf } from './tiles.js';
import { stretchOf } from './true-scale.js';

/** The paper laid straight, `SCALE` pixels a millimetre. */
export interface FlatPage {
  readonly pen: DarknessPlane;
  readonly turnedDegrees: number;
}

/** Darker than this is no grid. */
const PEN_MIN = 80;
/** Fewer places with one common grid are no page. */
const PLACES_MIN = 6;
const SIDE_MM_MIN = 40;

/** Null where no sheet of millimetre paper is seen. */
export function flatten(planes: Planes): FlatPage | null {
  const { width, height } = planes.pen;
  const tiles = tilesOf(planes.grid, planes.pen, PEN_MIN);
  const lattice = latticeOf(tiles, Math.max(width, height));
  if (!lattice) return null;
  const grids = localGrids(tiles, lattice);
  const fit = fitHomography(grids, lattice, { x: width / 2, y: height / 2 });
  if (fit.agreeing.length < PLACES_MIN) return null;
  const rough = boxAround(fit.agreeing.flatMap(corners), fit.homography);
  if (!isPage(rough)) return null;
  const stretch = stretchOf(straighten(planes.grid, fit.homography, rough));
  const homography = stretched(fit.homography, stretch.across, stretch.down);
  const box = boxAround(fit.agreeing.flatMap(corners), homography);
  const turn = Math.atan2(lattice.across.fy, lattice.across.fx);
  return {
    pen: straighten(planes.pen, homography, box),
    turnedDegrees: (turn * 180) / Math.PI,
  };
}

function corners({ x, y }: LocalGrid): readonly Point[] {
  const half = TILE / 2;
  return [-half, half].flatMap((dx) => [-half, half].map((dy) => ({ x: x + dx, y: y + dy })));
}

function isPage({ left, right, top, bottom }: Box): boolean {
  const sides = [right - left, bottom - top];
  return Math.min(...sides) >= SIDE_MM_MIN && Math.max(...sides) <= PAPER_SIDE_MAX_MM;
}

function stretched(homography: Homography, across: number, down: number): Homography {
  const [a, b, c, d, e, f, g, h] = homography;
  return [a / across, b / across, c / across, d / down, e / down, f / down, g, h];
}
