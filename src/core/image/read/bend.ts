/** How far from where a flat sheet would have it a place of the paper is seen, in millimetres. */
export type Bend = (u: number, v: number) => { readonly dx: number; readonly dy: number };

export const LEVEL: Bend = () => ({ dx: 0, dy: 0 });

/** Bends at places that stand in rows and columns over the paper. */
export interface BendMap {
  readonly left: number;
  readonly top: number;
  readonly stepMm: number;
  readonly columns: number;
  readonly rows: number;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
}

/** Between the places of a map its bends run straight. */
export function bendOver({ left, top, stepMm, columns, rows, dx, dy }: BendMap): Bend {
  return (u, v) => {
    const fx = Math.max(0, Math.min(columns - 1, (u - left) / stepMm));
    const fy = Math.max(0, Math.min(rows - 1, (v - top) / stepMm));
    const x = Math.min(columns - 2, Math.floor(fx));
    const y = Math.min(rows - 2, Math.floor(fy));
    const [wx, wy] = [fx - x, fy - y];
    const at = y * columns + x;
    const between = (values: Float64Array): number => {
      const upper = (values[at] as number) * (1 - wx) + (values[at + 1] as number) * wx;
      const below = at + columns;
      const lower = (values[below] as number) * (1 - wx) + (values[below + 1] as number) * wx;
      return upper * (1 - wy) + lower * wy;
    };
    return { dx: between(dx), dy: between(dy) };
  };
}

/** What a finer map adds to a bend, as one map. */
export function addedTo(bend: Bend, map: BendMap): BendMap {
  const { left, top, stepMm, columns } = map;
  const dx = map.dx.slice();
  const dy = map.dy.slice();
  for (let i = 0; i < dx.length; i += 1) {
    const before = bend(left + (i % columns) * stepMm, top + Math.floor(i / columns) * stepMm);
    dx[i] = (dx[i] as number) + before.dx;
    dy[i] = (dy[i] as number) + before.dy;
  }
  return { ...map, dx, dy };
}
