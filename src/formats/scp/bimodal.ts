import type { Zone } from './beats.js';

/**
 * Bimodal compression keeps every sample of a protected zone (the QRS) and between them only one
 * for each few: the mean of a block. What is left over of a gap after its last whole block is kept.
 */
export function storedCount(
  zones: readonly Zone[],
  first: number,
  count: number,
  factor: number,
): number {
  let stored = 0;
  eachStretch(zones, first, count, (length, isProtected) => {
    stored += isProtected ? length : Math.floor(length / factor) + (length % factor);
  });
  return stored;
}

/** All samples again, blocks joined by straight lines from the middle of one to that of the next. */
export function expanded(
  stored: Int16Array,
  zones: readonly Zone[],
  first: number,
  count: number,
  factor: number,
): Float64Array {
  const samples = new Float64Array(count);
  let from = 0;
  let to = 0;
  const copy = (length: number): void => {
    for (let i = 0; i < length; i += 1) samples[to++] = stored[from++] as number;
  };
  eachStretch(zones, first, count, (length, isProtected) => {
    if (!isProtected) {
      const blocks = Math.floor(length / factor);
      interpolate(stored, from, blocks, factor, samples, to);
      from += blocks;
      to += blocks * factor;
    }
    copy(isProtected ? length : length % factor);
  });
  return samples;
}

function interpolate(
  stored: Int16Array,
  from: number,
  blocks: number,
  factor: number,
  samples: Float64Array,
  to: number,
): void {
  const half = factor >> 1;
  for (let i = 0; i < blocks * factor; i += 1) {
    // Before the middle of the first block and behind that of the last the level is held.
    const place = Math.min(Math.max(i - half, 0), (blocks - 1) * factor);
    const block = Math.floor(place / factor);
    const one = stored[from + block] as number;
    const two = stored[from + Math.min(block + 1, blocks - 1)] as number;
    samples[to + i] = one + ((two - one) * (place % factor)) / factor;
  }
}

function eachStretch(
  zones: readonly Zone[],
  first: number,
  count: number,
  take: (length: number, isProtected: boolean) => void,
): void {
  let next = first;
  for (const zone of zones) {
    take(zone.first - next, false);
    take(zone.last - zone.first + 1, true);
    next = zone.last + 1;
  }
  take(first + count - next, false);
}
