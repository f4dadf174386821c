import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { componentsOf, keepComponents } from '../ink/components.js';
import { inkThreshold } from './rows.js';

/** Without what reaches the edge of the picture: a table, a hand and the paper's own shadow do. */
export function clearedAtEdges(plane: DarknessPlane): DarknessPlane {
  const { width, height } = plane;
  const ink = binarise(plane, inkThreshold(plane));
  const atEdge = keepComponents(
    ink,
    componentsOf(ink),
    ({ left, top, right, bottom }) => left === 0 || top === 0 || right >= width || bottom >= height,
  );
  const data = plane.data.slice();
  for (let i = 0; i < data.length; i += 1) if (atEdge.data[i] === 1) data[i] = 0;
  return { width, height, data };
}
