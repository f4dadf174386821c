import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import type { Pixels } from '../core/image/raster.js';
import { ok, refuse, type Result } from '../core/failure.js';
import { SHOWN_PIXELS_MAX } from './limits.js';

/** The pixels of a PNG or a JPEG, upright as its camera held it, on white paper. */
export async function bitmapOf(bytes: Uint8Array): Promise<Result<Pixels>> {
  const image = await loadImage(bytes).catch(() => null);
  if (!image || image.width === 0 || image.height === 0) {
    return refuse('picture-broken', 'the picture cannot be unpacked: it is damaged');
  }
  const shrink = Math.min(1, Math.sqrt(SHOWN_PIXELS_MAX / (image.width * image.height)));
  const canvas = whiteCanvas(image.width * shrink, image.height * shrink);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return ok(pixelsOf(canvas));
}

export function whiteCanvas(width: number, height: number): Canvas {
  const canvas = createCanvas(Math.max(1, Math.floor(width)), Math.max(1, Math.floor(height)));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

export function pixelsOf(canvas: Canvas): Pixels {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const colours = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < colours.length; i += 1, at += 4) {
    const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    colours[i] = (red << 16) | (green << 8) | blue;
  }
  return { width, height, colours };
}
