import type { DarknessPlane } from '../ink/bitmap.js';

export const PEN = 3;
export const THRESHOLD = 100;

type Line = (x: number) => number;

/** What a round pen leaves that goes along each line: darkness falls over its last pixel. */
export function drawn(width: number, height: number, ...lines: readonly Line[]): DarknessPlane {
  const data = new Uint8Array(width * height);
  for (const line of lines) {
    for (let at = 0; at < width; at += 0.05) {
      const [cx, cy] = [at, line(at)];
      for (let y = Math.floor(cy - PEN); y <= cy + PEN; y += 1) {
        for (let x = Math.floor(cx - PEN); x <= cx + PEN; x += 1) {
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const far = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
          const dark = 200 * Math.max(0, Math.min(1, PEN / 2 + 0.5 - far));
          data[y * width + x] = Math.max(data[y * width + x] as number, dark);
        }
      }
    }
  }
  return { width, height, data };
}
