import {
  butterworthPrototype,
  ellipticOrder,
  ellipticPrototype,
  toBandPass,
  toDigital,
  toHighPass,
  toLowPass,
  toSections,
  warped,
  type Section,
} from './design.js';

/** A chain of second-order sections: the form in which a low corner at a high rate stays exact. */
export type Sections = readonly Section[];

export interface EllipticHighPassSpec {
  readonly passHz: number;
  readonly stopHz: number;
  readonly rippleDb: number;
  readonly attenuationDb: number;
}

/** The least elliptic high-pass that keeps the promise (SciPy: `iirdesign(..., ftype='ellip')`). */
export function ellipticHighPass(spec: EllipticHighPassSpec, sampleRateHz: number): Sections {
  const { passHz, stopHz, rippleDb, attenuationDb } = spec;
  checkEdges([stopHz, passHz], sampleRateHz);
  const pass = warped(passHz, sampleRateHz);
  const order = ellipticOrder(pass / warped(stopHz, sampleRateHz), rippleDb, attenuationDb);
  const prototype = ellipticPrototype(order, rippleDb, attenuationDb);
  return toSections(toDigital(toHighPass(prototype, pass), sampleRateHz));
}

export function butterworthHighPass(
  order: number,
  cornerHz: number,
  sampleRateHz: number,
): Sections {
  checkEdges([cornerHz], sampleRateHz);
  const analogue = toHighPass(butterworthPrototype(order), warped(cornerHz, sampleRateHz));
  return toSections(toDigital(analogue, sampleRateHz));
}

export function butterworthLowPass(
  order: number,
  cornerHz: number,
  sampleRateHz: number,
): Sections {
  checkEdges([cornerHz], sampleRateHz);
  const analogue = toLowPass(butterworthPrototype(order), warped(cornerHz, sampleRateHz));
  return toSections(toDigital(analogue, sampleRateHz));
}

export function butterworthBandPass(
  order: number,
  lowHz: number,
  highHz: number,
  sampleRateHz: number,
): Sections {
  checkEdges([lowHz, highHz], sampleRateHz);
  const low = warped(lowHz, sampleRateHz);
  const high = warped(highHz, sampleRateHz);
  return toSections(toDigital(toBandPass(butterworthPrototype(order), low, high), sampleRateHz));
}

/** Takes one frequency out; its width at half power is `hz / quality` (SciPy: `iirnotch`). */
export function notch(hz: number, quality: number, sampleRateHz: number): Sections {
  checkEdges([hz], sampleRateHz);
  const angle = (2 * Math.PI * hz) / sampleRateHz;
  const gain = 1 / (1 + Math.tan(angle / quality / 2));
  const cosine = -2 * Math.cos(angle);
  return [{ b0: gain, b1: gain * cosine, b2: gain, a1: gain * cosine, a2: 2 * gain - 1 }];
}

function checkEdges(edgesHz: readonly number[], sampleRateHz: number): void {
  let below = 0;
  for (const edge of edgesHz) {
    if (!(edge > below && edge < sampleRateHz / 2)) {
      throw new RangeError(`filter edge ${edge} Hz does not fit a rate of ${sampleRateHz} Hz`);
    }
    below = edge;
  }
}

/**
 * Zero phase: forward, then backward, with the ends turned about their first and last sample and
 * each pass started in the steady state of its first value, so that a wave keeps its place and an
 * edge rings as little as it can (SciPy: `sosfiltfilt` with its defaults).
 */
export function sosfiltfilt(sections: Sections, x: ArrayLike<number>): Float64Array {
  const edge = edgeLength(sections);
  const count = x.length;
  if (count <= edge) {
    throw new RangeError(`${count} samples are too few: this filter needs more than ${edge}`);
  }
  const extended = oddExtension(x, edge);
  runInPlace(sections, extended);
  extended.reverse();
  runInPlace(sections, extended);
  extended.reverse();
  return extended.subarray(edge, edge + count);
}

/** How many samples are added at either end: three times the taps of the equal single fraction. */
export function edgeLength(sections: Sections): number {
  const halfZeros = sections.filter((section) => section.b2 === 0).length;
  const halfPoles = sections.filter((section) => section.a2 === 0).length;
  return 3 * (2 * sections.length + 1 - Math.min(halfZeros, halfPoles));
}

function oddExtension(x: ArrayLike<number>, edge: number): Float64Array {
  const count = x.length;
  const extended = new Float64Array(count + 2 * edge);
  const first = x[0] as number;
  const last = x[count - 1] as number;
  for (let i = 0; i < edge; i += 1) {
    extended[i] = 2 * first - (x[edge - i] as number);
    extended[edge + count + i] = 2 * last - (x[count - 2 - i] as number);
  }
  extended.set(x, edge);
  return extended;
}

/** One pass, transposed direct form II, each section started as if x[0] had stood for ever. */
function runInPlace(sections: Sections, x: Float64Array): void {
  let level = x[0] ?? 0;
  const count = x.length;
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const after = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    let held = after - b0 * level;
    let heldBefore = b2 * level - a2 * after;
    for (let i = 0; i < count; i += 1) {
      const input = x[i] as number;
      const output = b0 * input + held;
      held = b1 * input - a1 * output + heldBefore;
      heldBefore = b2 * input - a2 * output;
      x[i] = output;
    }
    level = after;
  }
}

/** What stands still or drifts slower than `cornerHz`, taken out without moving or bending a wave. */
export function removeBaseline(
  x: ArrayLike<number>,
  sampleRateHz: number,
  cornerHz = 0.5,
): Float64Array {
  return sosfiltfilt(butterworthHighPass(2, cornerHz, sampleRateHz), x);
}
