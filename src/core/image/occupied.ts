import type { Box } from './page.js';

/** Where lines already run, so that no letter is set on a trace: per millimetre across the page. */
export interface Occupied {
  add(points: readonly number[]): void;
  addBox(box: Box): void;
  isFree(box: Box): boolean;
}

const SLOT_MM = 1;
/** Letters keep this much away from a line. */
const CLEARANCE_MM = 0.5;

export function createOccupied(widthMm: number): Occupied {
  const slots = Array.from({ length: Math.ceil(widthMm / SLOT_MM) }, (): number[] => []);
  const slotOf = (x: number): number =>
    Math.max(0, Math.min(slots.length - 1, Math.floor(x / SLOT_MM)));
  const put = (slot: number, top: number, bottom: number): void => {
    slots[slot]?.push(top, bottom);
  };
  return {
    add(points) {
      let slot = -1;
      let top = Infinity;
      let bottom = -Infinity;
      for (let i = 0; i < points.length; i += 2) {
        const next = slotOf(points[i] as number);
        const y = points[i + 1] as number;
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        if (next !== slot) {
          // A step across slots belongs to both.
          if (slot >= 0) put(slot, top, bottom);
          for (let k = slot + 1; slot >= 0 && k < next; k += 1) put(k, top, bottom);
          const before = i > 0 ? (points[i - 1] as number) : y;
          top = Math.min(before, y);
          bottom = Math.max(before, y);
          slot = next;
        }
      }
      if (slot >= 0) put(slot, top, bottom);
    },
    addBox({ x, y, width, height }) {
      for (let slot = slotOf(x); slot <= slotOf(x + width); slot += 1) put(slot, y, y + height);
    },
    isFree({ x, y, width, height }) {
      const top = y - CLEARANCE_MM;
      const bottom = y + height + CLEARANCE_MM;
      for (let k = slotOf(x - CLEARANCE_MM); k <= slotOf(x + width + CLEARANCE_MM); k += 1) {
        const ranges = slots[k] ?? [];
        for (let i = 0; i < ranges.length; i += 2) {
          if ((ranges[i] as number) < bottom && (ranges[i + 1] as number) > top) return false;
        }
      }
      return true;
    },
  };
}
