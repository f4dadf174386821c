import { createCanvas } from '@napi-rs/canvas';
import { crc32, deflateSync } from 'node:zlib';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { drawEcg } from '../../src/core/image/draw-ecg.js';
import type { LayoutName } from '../../src/core/image/paper.js';
import { rasterise, type Pixels } from '../../src/core/image/raster.js';
import { simulateEcg } from './simulated.js';

const MM_PER_INCH = 25.4;

export function simulatedEcg(): Ecg {
  return simulateEcg({ seed: 4, condition: 'inferior-occlusion', ageYears: 60, sex: 'male' });
}

/** A clean print of an ECG, as a scanner sees it. */
export function drawnPage(layout: LayoutName = '3x4', dotsPerInch = 150): Pixels {
  return rasterise(drawEcg(simulatedEcg(), { layout }), dotsPerInch / MM_PER_INCH);
}

/** Several pictures one below the other, on one sheet. */
export function stacked(pictures: readonly Pixels[]): Pixels {
  const width = Math.max(...pictures.map((one) => one.width));
  const height = pictures.reduce((sum, one) => sum + one.height, 0);
  const colours = new Uint32Array(width * height).fill(0xffffff);
  let top = 0;
  for (const one of pictures) {
    for (let y = 0; y < one.height; y += 1) {
      const row = one.colours.subarray(y * one.width, (y + 1) * one.width);
      colours.set(row, (top + y) * width);
    }
    top += one.height;
  }
  return { width, height, colours };
}

export function upsideDown({ width, height, colours }: Pixels): Pixels {
  return { width, height, colours: colours.slice().reverse() };
}

/** The left part of a page, as where the camera saw no more. */
export function leftPart({ width, height, colours }: Pixels, share: number): Pixels {
  const kept = Math.floor(width * share);
  const cut = new Uint32Array(kept * height);
  for (let y = 0; y < height; y += 1) {
    cut.set(colours.subarray(y * width, y * width + kept), y * kept);
  }
  return { width: kept, height, colours: cut };
}

export function blankPage(width = 1100, height = 800): Pixels {
  return { width, height, colours: new Uint32Array(width * height).fill(0xfdfdfb) };
}

/** Round soft shapes with stripes on a patterned ground: nothing of it is paper. */
export function petPhoto(width = 1200, height = 900): Pixels {
  return painted(width, height, (context) => {
    for (let i = 0; i < 400; i += 1) {
      context.fillStyle = `hsl(${(i * 47) % 60} 40% ${25 + ((i * 31) % 40)}%)`;
      context.beginPath();
      context.ellipse((i * 137) % width, (i * 89) % height, 60, 35, i, 0, 7);
      context.fill();
    }
    context.fillStyle = '#a63';
    context.beginPath();
    context.ellipse(600, 520, 330, 280, 0, 0, 7);
    context.fill();
    context.strokeStyle = '#421';
    context.lineWidth = 14;
    for (let i = 0; i < 7; i += 1) {
      context.beginPath();
      context.arc(600, 300 + 60 * i, 200, 0.3, 2.8);
      context.stroke();
    }
  });
}

export function textPage(width = 1240, height = 1754): Pixels {
  return painted(width, height, (context) => {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#111';
    context.font = '26px sans-serif';
    for (let line = 0; line < 45; line += 1) {
      context.fillText(
        `${line + 1}. The electrode of the left arm is green here.`,
        90,
        110 + 34 * line,
      );
    }
  });
}

type Context = ReturnType<ReturnType<typeof createCanvas>['getContext']>;

function painted(width: number, height: number, paint: (context: Context) => void): Pixels {
  const canvas = createCanvas(width, height);
  paint(canvas.getContext('2d'));
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const colours = Uint32Array.from({ length: width * height }, (_, i) =>
    [0, 1, 2].reduce((sum, k) => sum * 256 + (data[4 * i + k] ?? 0), 0),
  );
  return { width, height, colours };
}

export function toJpeg({ width, height, colours }: Pixels, quality = 85): Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  colours.forEach((colour, i) => {
    image.data.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff, 0xff], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return new Uint8Array(canvas.toBuffer('image/jpeg', quality));
}

/** A PNG that says it is as large as one likes and holds next to nothing. */
export function pngClaiming(
  width: number,
  height: number,
  more: readonly string[] = [],
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...more.map((name) => chunk(name, Buffer.alloc(8))),
    chunk('IDAT', deflateSync(Buffer.alloc(Math.min(1_000_000, height * (width + 1))))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
