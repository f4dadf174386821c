/** One byte a pixel, row by row from the upper left corner: 1 is ink, 0 is paper. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One byte a pixel: 0 is bare paper, 255 the darkest ink. */
export interface DarknessPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function emptyBitmap(width: number, height: number): Bitmap {
  return { width, height, data: new Uint8Array(width * height) };
}
