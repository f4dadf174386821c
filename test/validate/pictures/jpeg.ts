import { readFile } from 'node:fs/promises';
import { createCanvas, loadImage, type Image } from '@napi-rs/canvas';
import type { Pixels } from '../../../src/core/image/raster.js';

/** What a picture is after it was kept as a JPEG of this quality. */
export async function throughJpeg(pixels: Pixels, quality: number): Promise<Pixels> {
  const { width, height, colours } = pixels;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  colours.forEach((colour, i) => {
    image.data.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return pixelsOf(await loadImage(canvas.toBuffer('image/jpeg', quality)));
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
