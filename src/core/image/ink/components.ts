import type { Bitmap } from './bitmap.js';

/** A group of ink pixels that touch each other, corners included. */
export interface Component {
  readonly label: number;
  readonly left: number;
  readonly top: number;
  /** One past the last column and row. */
  readonly right: number;
  readonly bottom: number;
  readonly area: number;
}

export interface Components {
  /** For each pixel the label of its component, 0 for paper. */
  readonly labels: Int32Array;
  /** Component number k has label k + 1. */
  readonly list: readonly Component[];
}

/** Connected components by filling, 8 neighbours, in reading order of their first pixel. */
export function componentsOf({ width, height, data }: Bitmap): Components {
  const labels = new Int32Array(data.length);
  const list: Component[] = [];
  const stack = new Int32Array(data.length);
  for (let start = 0; start < data.length; start += 1) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    const label = list.length + 1;
    let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
    let depth = 0;
    stack[depth++] = start;
    labels[start] = label;
    while (depth > 0) {
      const at = stack[--depth] as number;
      const x = at % width;
      const y = (at - x) / width;
      area += 1;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      if (y >= bottom) bottom = y + 1;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const next = ny * width + nx;
          if (data[next] === 0 || labels[next] !== 0) continue;
          labels[next] = label;
          stack[depth++] = next;
        }
      }
    }
    list.push({ label, left, top, right, bottom, area });
  }
  return { labels, list };
}

/** The bitmap with only those components that are to be kept. */
export function keepComponents(
  bitmap: Bitmap,
  { labels, list }: Components,
  isKept: (component: Component) => boolean,
): Bitmap {
  const kept = new Uint8Array(list.length + 1);
  for (const component of list) kept[component.label] = isKept(component) ? 1 : 0;
  const data = new Uint8Array(labels.length);
  for (let i = 0; i < data.length; i += 1) data[i] = kept[labels[i] as number] as number;
  return { width: bitmap.width, height: bitmap.height, data };
}
