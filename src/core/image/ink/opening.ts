import { emptyBitmap, type Bitmap } from './bitmap.js';

/** Erosion and dilation by a rectangle, each as two passes along rows and columns. */
export function erode(bitmap: Bitmap, width: number, height: number): Bitmap {
  return pass(pass(bitmap, width, 1, width), height, bitmap.width, height);
}

export function dilate(bitmap: Bitmap, width: number, height: number): Bitmap {
  return pass(pass(bitmap, width, 1, 1), height, bitmap.width, 1);
}

/** Takes away all ink that the rectangle does not fit into, and leaves the rest as it is. */
export function open(bitmap: Bitmap, width: number, height: number): Bitmap {
  return dilate(erode(bitmap, width, height), width, height);
}

/** Fills every gap that the rectangle does not fit into. */
export function close(bitmap: Bitmap, width: number, height: number): Bitmap {
  return erode(dilate(bitmap, width, height), width, height);
}

/**
 * A pixel is ink when at least `needed` of the `length` pixels around it in one direction are: all
 * of them for an erosion, one for a dilation. Beyond the edge lies ink for the first and paper for
 * the second, so that an opening takes nothing from ink that runs off the picture.
 */
function pass(bitmap: Bitmap, length: number, step: number, needed: number): Bitmap {
  if (length <= 1) return bitmap;
  const { width, height, data } = bitmap;
  const result = emptyBitmap(width, height);
  const count = step === 1 ? width : height;
  const lines = step === 1 ? height : width;
  const lineStep = step === 1 ? width : 1;
  const isErosion = needed > 1;
  const behind = isErosion ? (length - 1) >> 1 : length >> 1;
  const ahead = length - 1 - behind;
  const outside = isErosion ? 1 : 0;
  for (let line = 0; line < lines; line += 1) {
    const base = line * lineStep;
    const at = (k: number): number =>
      k < 0 || k >= count ? outside : (data[base + k * step] as number);
    let sum = 0;
    for (let k = -behind; k < ahead; k += 1) sum += at(k);
    for (let k = 0; k < count; k += 1) {
      sum += at(k + ahead);
      if (sum >= needed) result.data[base + k * step] = 1;
      sum -= at(k - behind);
    }
  }
  return result;
}
