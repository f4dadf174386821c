import { readFile } from 'node:fs/promises';
import { createCanvas, loadImage, type Canvas, type Image } from '@napi-rs/canvas';
import type { Pixels } from '../../../src/core/image/raster.js';

/** What a picture is after it was kept as a JPEG of this quality. */
export async function throughJpeg(pixels: Pixels, quality: number): Promise<Pixels> {
  // Not `encode`: it frees a canvas that nobody else holds while another thread still reads it.
  return pixelsOf(await loadImage(canvasOf(pixels).encodeSync('jpeg', quality)));
}

function canvasOf({ width, height, colours }: Pixels): Canvas {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let i = 0; i < colours.length; i += 1) {
    const colour = colours[i] as number;
    image.data[4 * i] = colour >> 16;
    image.data[4 * i + 1] = (colour >> 8) & 0xff;
    image.data[4 * i + 2] = colour & 0xff;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export async function readPicture(path: string): Promise<Pixels> {
  return pixelsOf(await loadImage(await readFile(path)));
}

function pixelsOf(image: Image): Pixels {
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i += 1) {
    const [red, green, blue] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]] as number[];
    colours[i] = ((red as number) << 16) | ((green as number) << 8) | (blue as number);
  }
  return { width, height, colours };
}

/** A small JPEG for a report. */
export function smallJpeg(pixels: Pixels, width: number): Uint8Array {
  const height = Math.round((pixels.height * width) / pixels.width);
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(canvasOf(pixels), 0, 0, width, height);
  return context.canvas.encodeSync('jpeg', 60);
}
