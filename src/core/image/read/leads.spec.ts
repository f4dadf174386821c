import { expect, test } from '@jest/globals';
import { emptyBitmap } from '../ink/bitmap.js';
import { layoutOf } from './layout.js';
import { bordersOf, mostAlike } from './leads.js';
import { SCALE } from './straighten.js';

/** A beat each 100 samples, this tall. */
function beats(tall: number, length = 400): Float64Array {
  return Float64Array.from({ length }, (_, i) => tall * Math.exp(-(((i % 100) - 50) ** 2) / 20));
}

test('a strip repeats the lead that it fits, not one of the same shape and another height', () => {
  const smaller = { name: 'III', microvolts: beats(600) } as const;
  const noisy = beats(1000).map((value, i) => value + 150 * Math.sin(i));
  const own = { name: 'V1', microvolts: noisy } as const;
  expect(mostAlike(beats(1000), [smaller, own])).toBe('V1');
  expect(mostAlike(beats(1000), [smaller])).toBeNull();
});

test('ticks tell where columns meet, though strokes of one beat stand near like a bar', () => {
  const layout = layoutOf(3);
  if (!layout) throw new Error('three rows are a layout');
  const width = 1000;
  const ink = emptyBitmap(width, 600);
  const [tick, stroke] = [253, 262];
  for (let y = 100; y < 500; y += 1) ink.data[y * width + stroke] = 1;
  const height = 4 * SCALE;
  const pieces = [100, 300, 500].map((top, k) => ({
    ...{ label: k + 1, left: tick, right: tick + 2, top, bottom: top + height, area: 2 * height },
  }));
  const baselines = [100, 300, 500];
  const { at, areSeen } = bordersOf(layout, { ink, bars: [], pieces, baselines }, 0, width);
  expect(at[1]).toBe(tick + 1);
  expect(areSeen).toBe(true);
});
