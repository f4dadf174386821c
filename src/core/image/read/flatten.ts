import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { dilate } from '../ink/opening.js';
import { addedTo, bendOver, LEVEL, type Bend } from './bend.js';
import { creasesOf } from './creases.js';
import { clearedAtEdges } from './edge.js';
import { LOOK_SCALE } from './folds.js';
import { grownToEdges } from './grid-edge.js';
import { fitHomography, inverse, toPaper, type Homography, type Point } from './homography.js';
import { latticeOf, localGrids, type LocalGrid } from './lattice.js';
import { levelled } from './level.js';
import { shiftsOf, shownShare, unwrapped, type ShiftMap } from './phases.js';
import type { CoarsePlanes } from './planes.js';
import { bendOf, gridBox, refined } from './refine.js';
import { softened } from './soften.js';
import { boxAround, PAPER_SIDE_MAX_MM, SCALE, straighten, type Box } from './straighten.js';
import { TILE, tilesOf } from './tiles.js';

/** The paper laid straight, `SCALE` pixels a millimetre. */
export interface FlatPage {
  readonly pen: DarknessPlane;
  readonly turnedDegrees: number;
  /** With what lies around the grid that is clear, where there is more: its edge may be in shadow. */
  readonly wider: (() => DarknessPlane) | null;
}

/** Darker than this is no grid, and near it a picture shows none. */
const PEN_MIN = 80;
const PEN_HALO_MIN = 60;
const PEN_HALO = 5;
/** Fewer places with one common grid are no page. */
const PLACES_MIN = 6;
const SIDE_MM_MIN = 40;
/** The first fit is near enough that two looks at the lines are enough. */
const LOOKS = 2;
const CREASE_LOOKS = 2;
/** Pixels of the picture for each of a look, from which on lines may fall between two of a look's. */
const SHARP_MAX = 1.5;
/**
 * A grid of dots has no strong line every five millimetres: what few places seem to show one are
 * misread, and a sheet laid by them is stretched by some per cent.
 */
const SHOWN_SHARE_MIN = 0.3;

/**
 * Null where no sheet of millimetre paper is seen. Which lines there are is looked up in `coarse`,
 * where they stand in `fine`.
 */
export function flatten(
  pen: DarknessPlane,
  coarse: CoarsePlanes,
  fine: CoarsePlanes = coarse,
): FlatPage | null {
  const { width, height } = coarse.grid;
  const tiles = tilesOf(coarse.grid, coarse.pen, PEN_MIN);
  const lattice = latticeOf(tiles, Math.max(width, height));
  if (!lattice) return null;
  const grids = localGrids(tiles, lattice);
  const fit = fitHomography(grids, lattice, { x: width / 2, y: height / 2 });
  if (fit.agreeing.length < PLACES_MIN) return null;
  const ratio = coarse.factor / fine.factor;
  const onFine = ({ x, y }: Point): Point => ({ x: x * ratio, y: y * ratio });
  const places = fit.agreeing.flatMap(corners).map(onFine);
  let homography = finer(fit.homography, ratio);
  const sight = sightOf(fine, homography);
  for (let look = 0; look < LOOKS; look += 1) {
    const box = boxAround(places, homography);
    if (!isPage(box)) return null;
    const lines = linesSeen(lookedAt(sight, homography, box), box);
    if (shownShare(lines) < SHOWN_SHARE_MIN) break;
    homography = refined(homography, lines);
  }
  const box = boxAround(fit.agreeing.flatMap(surroundings(coarse)).map(onFine), homography);
  if (!isPage(box)) return null;
  const look = lookedAt(sight, homography, box);
  const lines = linesSeen(look, box);
  const blocks = gridBox(lines, box);
  const paper = blocks && grownToEdges(look.grid, look.near, box, blocks);
  const first = shownShare(lines) < SHOWN_SHARE_MIN ? LEVEL : bendOf(lines);
  const bend = withCreases(sight, homography, paper ?? box, first);
  const sheet = finer(homography, fine.factor);
  const laid = (part: Box): DarknessPlane => straighten(pen, sheet, part, SCALE, bend);
  return {
    pen: laid(paper ?? box),
    turnedDegrees: (Math.atan2(homography[1], homography[0]) * 180) / Math.PI,
    wider: () => clearedAtEdges(laid(around(paper ?? box, pictureOn(homography, fine.grid)))),
  };
}

/** Pulses, traces and shadows hide the grid at its edges: so far beyond them it may go on. */
const BEYOND_MM = 45;

function around(paper: Box, box: Box): Box {
  return {
    left: Math.max(box.left, paper.left - BEYOND_MM),
    top: Math.max(box.top, paper.top - BEYOND_MM),
    right: Math.min(box.right, paper.right + BEYOND_MM),
    bottom: Math.min(box.bottom, paper.bottom + BEYOND_MM),
  };
}

function pictureOn(homography: Homography, { width, height }: DarknessPlane): Box {
  const ends = [0, width].flatMap((x) => [0, height].map((y) => ({ x, y })));
  return boxAround(ends, homography);
}

/** Creases are narrower than the blocks of the first look: they are looked for in small ones. */
function withCreases(sight: Sight, homography: Homography, box: Box, first: Bend): Bend {
  const near = penSeen(sight, homography, box, first);
  let bend = first;
  for (let look = 1; look <= CREASE_LOOKS; look += 1) {
    const grid = straighten(sight.grid, homography, box, LOOK_SCALE, bend);
    const map = addedTo(bend, creasesOf(grid, near, box));
    bend = bendOver(look < CREASE_LOOKS ? map : levelled(map));
  }
  return bend;
}

/** The same sheet for a picture of so many times the pixels. */
function finer([a, b, c, d, e, f, g, h]: Homography, factor: number): Homography {
  const k = 1 / factor;
  return [a * k, b * k, c, d * k, e * k, f, g * k, h * k];
}

/** What the lines of the grid are looked for in. */
type Sight = Pick<CoarsePlanes, 'grid' | 'pen'>;

/** A look takes every second pixel or fewer of a fine picture, and must not step over a line. */
function sightOf({ grid, pen }: CoarsePlanes, homography: Homography): Sight {
  const middle = { x: grid.width / 2, y: grid.height / 2 };
  const on = toPaper(homography, middle);
  const beside = toPaper(inverse(homography), { x: on.x + 1, y: on.y });
  const perMm = Math.hypot(beside.x - middle.x, beside.y - middle.y);
  return { grid: perMm > SHARP_MAX * LOOK_SCALE ? softened(grid) : grid, pen };
}

interface Look {
  readonly grid: DarknessPlane;
  /** 1 where a pen hides it. */
  readonly near: Uint8Array;
}

function lookedAt(sight: Sight, homography: Homography, box: Box): Look {
  const near = penSeen(sight, homography, box, null);
  return { grid: straighten(sight.grid, homography, box, LOOK_SCALE), near };
}

function linesSeen({ grid, near }: Look, box: Box): ShiftMap {
  return unwrapped(shiftsOf(grid, near, box));
}

/** 1 where a pen hides the grid. */
function penSeen({ pen }: Sight, homography: Homography, box: Box, bend: Bend | null): Uint8Array {
  const laid = straighten(pen, homography, box, LOOK_SCALE, bend);
  return dilate(binarise(laid, PEN_HALO_MIN), PEN_HALO, PEN_HALO).data;
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
