import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { dilate } from '../ink/opening.js';
import { fitHomography, type Homography, type Point } from './homography.js';
import { latticeOf, localGrids, type LocalGrid } from './lattice.js';
import { LOOK_SCALE, shiftsOf, unwrapped, type ShiftMap } from './phases.js';
import type { CoarsePlanes, Planes } from './planes.js';
import { bendOf, gridBox, refined } from './refine.js';
import { boxAround, PAPER_SIDE_MAX_MM, SCALE, straighten, type Box } from './straighten.js';
import { TILE, tilesOf } from './tiles.js';

/** The paper laid straight, `SCALE` pixels a millimetre. */
export interface FlatPage {
  readonly pen: DarknessPlane;
  readonly turnedDegrees: number;
  readonly hasGrid: boolean;
}

/** Darker than this is no grid, and near it a picture shows none. */
const PEN_MIN = 80;
const PEN_HALO_MIN = 60;
const PEN_HALO = 5;
/** Fewer places with one common grid are no page. */
const PLACES_MIN = 6;
const SIDE_MM_MIN = 40;
const STRONG_MM = 5;
/** The first fit is near enough that two looks at the lines are enough. */
const LOOKS = 2;

/** Null where no sheet of millimetre paper is seen. */
export function flatten({ pen, coarse }: Planes): FlatPage | null {
  const { width, height } = coarse.grid;
  const tiles = tilesOf(coarse.grid, coarse.pen, PEN_MIN);
  const lattice = latticeOf(tiles, Math.max(width, height));
  if (!lattice) return null;
  const grids = localGrids(tiles, lattice);
  const fit = fitHomography(grids, lattice, { x: width / 2, y: height / 2 });
  if (fit.agreeing.length < PLACES_MIN) return null;
  const places = fit.agreeing.flatMap(corners);
  let homography = fit.homography;
  for (let look = 0; look < LOOKS; look += 1) {
    const box = boxAround(places, homography);
    if (!isPage(box)) return null;
    homography = refined(homography, linesSeen(coarse, homography, box));
  }
  const box = boxAround(fit.agreeing.flatMap(surroundings(coarse)), homography);
  if (!isPage(box)) return null;
  const lines = linesSeen(coarse, homography, box);
  const paper = gridBox(lines, box) ?? box;
  const bend = bendOf(lines);
  return {
    pen: straighten(pen, finer(homography, coarse.factor), paper, SCALE, bend),
    turnedDegrees: (Math.atan2(homography[1], homography[0]) * 180) / Math.PI,
    hasGrid: true,
  };
}

/** The same sheet for a picture of so many times the pixels. */
function finer([a, b, c, d, e, f, g, h]: Homography, factor: number): Homography {
  const k = 1 / factor;
  return [a * k, b * k, c, d * k, e * k, f, g * k, h * k];
}

function linesSeen(coarse: CoarsePlanes, homography: Homography, box: Box): ShiftMap {
  const pen = straighten(coarse.pen, homography, box, LOOK_SCALE);
  const near = dilate(binarise(pen, PEN_HALO_MIN), PEN_HALO, PEN_HALO).data;
  const grid = straighten(coarse.grid, homography, box, LOOK_SCALE);
  return unwrapped(shiftsOf(grid, near, box, STRONG_MM), STRONG_MM);
}

function corners({ x, y }: LocalGrid): readonly Point[] {
  const half = TILE / 2;
  return [-half, half].flatMap((dx) => [-half, half].map((dy) => ({ x: x + dx, y: y + dy })));
}

/** The grid is looked for in whole tiles: its rows begin up to half a tile farther out. */
function surroundings({ grid }: CoarsePlanes): (place: LocalGrid) => readonly Point[] {
  const within = (value: number): number => Math.max(0, Math.min(grid.width, value));
  return (place) =>
    corners(place).map(({ x, y }) => ({ x: within(x + Math.sign(x - place.x) * (TILE / 2)), y }));
}

function isPage({ left, right, top, bottom }: Box): boolean {
  const sides = [right - left, bottom - top];
  return Math.min(...sides) >= SIDE_MM_MIN && Math.max(...sides) <= PAPER_SIDE_MAX_MM;
}
