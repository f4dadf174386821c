import { emptyBitmap, type Bitmap } from './bitmap.js';

/** Erosion and dilation by a rectangle, each as two passes along rows and columns. */
export function erode(bitmap: Bitmap, width: number, height: number): Bitmap {
  return passDown(passAcross(bitmap, width, width), height, height);
}

export function dilate(bitmap: Bitmap, width: number, height: number): Bitmap {
  return passDown(passAcross(bitmap, width, 1), height, 1);
}

/** Takes away all ink that the rectangle does not fit into, and leaves the rest as it is. */
export function open(bitmap: Bitmap, width: number, height: number): Bitmap {
  return dilate(erode(bitmap, width, height), width, height);
}

/** Fills every gap that the rectangle does not fit into. */
export function close(bitmap: Bitmap, width: number, height: number): Bitmap {
  return erode(dilate(bitmap, width, height), width, height);
}

interface Reach {
  readonly behind: number;
  readonly ahead: number;
  readonly outside: 0 | 1;
}

function reachOf(length: number, needed: number): Reach {
  const isErosion = needed > 1;
  const behind = isErosion ? (length - 1) >> 1 : length >> 1;
  return { behind, ahead: length - 1 - behind, outside: isErosion ? 1 : 0 };
}

/**
 * A pixel is ink when at least `needed` of the `length` pixels around it in its row are: all of them
 * for an erosion, one for a dilation. Beyond the edge lies ink for the first and paper for the second,
 * so that an opening takes nothing from ink that runs off the picture.
 */
function passAcross(bitmap: Bitmap, length: number, needed: number): Bitmap {
  if (length <= 1) return bitmap;
  const { width, height, data } = bitmap;
  const { behind, ahead, outside } = reachOf(length, needed);
  const result = emptyBitmap(width, height);
  for (let row = 0; row < height; row += 1) {
    const base = row * width;
    let sum = 0;
    for (let k = -behind; k < ahead; k += 1) {
      sum += k < 0 || k >= width ? outside : (data[base + k] as number);
    }
    for (let k = 0; k < width; k += 1) {
      sum += k + ahead < width ? (data[base + k + ahead] as number) : outside;
      if (sum >= needed) result.data[base + k] = 1;
      sum -= k >= behind ? (data[base + k - behind] as number) : outside;
    }
  }
  return result;
}

/** The same in its column; row by row, with a sum for each column: memory is read in its own order. */
function passDown(bitmap: Bitmap, length: number, needed: number): Bitmap {
  if (length <= 1) return bitmap;
  const { width, height, data } = bitmap;
  const { behind, ahead, outside } = reachOf(length, needed);
  const result = emptyBitmap(width, height);
  const sums = new Int32Array(width);
  const add = (row: number, sign: 1 | -1): void => {
    if (row < 0 || row >= height) {
      for (let x = 0; x < width; x += 1) sums[x] = (sums[x] as number) + sign * outside;
      return;
    }
    const base = row * width;
    for (let x = 0; x < width; x += 1) {
      sums[x] = (sums[x] as number) + sign * (data[base + x] as number);
    }
  };
  for (let row = -behind; row < ahead; row += 1) add(row, 1);
  for (let row = 0; row < height; row += 1) {
    add(row + ahead, 1);
    const base = row * width;
    for (let x = 0; x < width; x += 1) {
      if ((sums[x] as number) >= needed) result.data[base + x] = 1;
    }
    add(row - behind, -1);
  }
  return result;
}
