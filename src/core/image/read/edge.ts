import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { componentsOf, keepComponents, type Component } from '../ink/components.js';
import { open } from '../ink/opening.js';
import { inkThreshold } from './rows.js';
import { SCALE } from './straighten.js';

/** No pen draws so broad: what is so thick for a good part is the edge of a sheet and its shadow. */
const THICK_MM = 1.2;
const THICK_SHARE = 0.25;

/** Without what reaches the edge of the picture, as a table and a hand do, and without the edge of the paper. */
export function clearedAtEdges(plane: DarknessPlane): DarknessPlane {
  const { width, height } = plane;
  const ink = binarise(plane, inkThreshold(plane));
  const side = Math.round(THICK_MM * SCALE);
  const thick = open(ink, side, side);
  const components = componentsOf(ink);
  const thickOf = new Uint32Array(components.list.length + 1);
  for (let i = 0; i < thick.data.length; i += 1) {
    if (thick.data[i] === 0) continue;
    const label = components.labels[i] as number;
    thickOf[label] = (thickOf[label] as number) + 1;
  }
  const isAtEdge = ({ left, top, right, bottom }: Component): boolean =>
    left === 0 || top === 0 || right >= width || bottom >= height;
  const isSheetEdge = ({ label, area }: Component): boolean =>
    (thickOf[label] as number) >= THICK_SHARE * area;
  const cleared = keepComponents(ink, components, (c) => isAtEdge(c) || isSheetEdge(c));
  const data = plane.data.slice();
  for (let i = 0; i < data.length; i += 1) if (cleared.data[i] === 1) data[i] = 0;
  return { width, height, data };
}
