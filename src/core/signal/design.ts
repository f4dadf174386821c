import {
  add,
  complex,
  divide,
  multiply,
  product,
  scale,
  squareRoot,
  subtract,
  type Complex,
} from './complex.js';
import { completeIntegral, inverseSc, jacobi, solveDegree } from './elliptic.js';

/** One second-order section, a0 = 1: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''. */
export interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** A filter as its zeros, poles and gain. */
export interface ZeroPole {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}

/** Butterworth's analogue low-pass with its corner at 1 rad/s. */
export function butterworthPrototype(order: number): ZeroPole {
  const poles = Array.from({ length: order }, (_, i) => {
    const angle = (Math.PI * (2 * i + 1 - order)) / (2 * order);
    return complex(-Math.cos(angle), -Math.sin(angle));
  });
  return { zeros: [], poles, gain: 1 };
}

/** The elliptic analogue low-pass whose pass band ends at 1 rad/s. */
export function ellipticPrototype(
  order: number,
  rippleDb: number,
  attenuationDb: number,
): ZeroPole {
  const rippleSquared = 10 ** (rippleDb / 10) - 1;
  if (order === 1) {
    const pole = -Math.sqrt(1 / rippleSquared);
    return { zeros: [], poles: [complex(pole)], gain: -pole };
  }
  const m1 = rippleSquared / (10 ** (attenuationDb / 10) - 1);
  const m = solveDegree(order, m1);
  const quarter = completeIntegral(1 - m);
  const shift =
    (quarter * inverseSc(1 / Math.sqrt(rippleSquared), m1)) / (order * completeIntegral(1 - m1));
  const v = jacobi(shift, 1 - m);
  const zeros: Complex[] = [];
  const poles: Complex[] = [];
  for (let j = 1 - (order % 2); j < order; j += 2) {
    const u = jacobi((j * quarter) / order, m);
    const below = 1 - (u.dn * v.sn) ** 2;
    const re = -(u.cn * u.dn * v.sn * v.cn) / below;
    if (j === 0) {
      poles.push(complex(re));
      continue;
    }
    const im = (u.sn * v.dn) / below;
    poles.push(complex(re, im), complex(re, -im));
    const zero = 1 / (Math.sqrt(m) * u.sn);
    zeros.push(complex(0, zero), complex(0, -zero));
  }
  const opposite = (roots: readonly Complex[]) => product(roots.map((root) => scale(root, -1)));
  const level = order % 2 === 0 ? Math.sqrt(1 + rippleSquared) : 1;
  return { zeros, poles, gain: divide(opposite(poles), opposite(zeros)).re / level };
}

/** The least order that keeps both promises; both edges are analogue (already warped). */
export function ellipticOrder(
  selectivity: number,
  rippleDb: number,
  attenuationDb: number,
): number {
  const m = 1 / selectivity ** 2;
  const m1 = (10 ** (rippleDb / 10) - 1) / (10 ** (attenuationDb / 10) - 1);
  return Math.ceil(
    (completeIntegral(1 - m) * completeIntegral(m1)) /
      (completeIntegral(m) * completeIntegral(1 - m1)),
  );
}

export function toLowPass(prototype: ZeroPole, corner: number): ZeroPole {
  const degree = prototype.poles.length - prototype.zeros.length;
  return {
    zeros: prototype.zeros.map((zero) => scale(zero, corner)),
    poles: prototype.poles.map((pole) => scale(pole, corner)),
    gain: prototype.gain * corner ** degree,
  };
}

export function toHighPass(prototype: ZeroPole, corner: number): ZeroPole {
  const { zeros, poles, gain } = prototype;
  const opposite = (roots: readonly Complex[]) => product(roots.map((root) => scale(root, -1)));
  const turned = (root: Complex) => divide(complex(corner), root);
  const atOrigin = Array.from({ length: poles.length - zeros.length }, () => complex(0));
  return {
    zeros: [...zeros.map(turned), ...atOrigin],
    poles: poles.map(turned),
    gain: gain * divide(opposite(zeros), opposite(poles)).re,
  };
}

export function toBandPass(prototype: ZeroPole, low: number, high: number): ZeroPole {
  const width = high - low;
  const centreSquared = complex(low * high);
  const split = (root: Complex) => {
    const half = scale(root, width / 2);
    const side = squareRoot(subtract(multiply(half, half), centreSquared));
    return [add(half, side), subtract(half, side)];
  };
  const degree = prototype.poles.length - prototype.zeros.length;
  return {
    zeros: [...prototype.zeros.flatMap(split), ...Array.from({ length: degree }, () => complex(0))],
    poles: prototype.poles.flatMap(split),
    gain: prototype.gain * width ** degree,
  };
}

/** The analogue frequency that the bilinear transform takes to `hz`. */
export function warped(hz: number, sampleRateHz: number): number {
  return 2 * sampleRateHz * Math.tan((Math.PI * hz) / sampleRateHz);
}

/** Analogue to digital by the bilinear transform. */
export function toDigital(analogue: ZeroPole, sampleRateHz: number): ZeroPole {
  const double = complex(2 * sampleRateHz);
  const mapped = (root: Complex) => divide(add(double, root), subtract(double, root));
  const rest = (roots: readonly Complex[]) => product(roots.map((root) => subtract(double, root)));
  const { zeros, poles, gain } = analogue;
  const atNyquist = Array.from({ length: poles.length - zeros.length }, () => complex(-1));
  return {
    zeros: [...zeros.map(mapped), ...atNyquist],
    poles: poles.map(mapped),
    gain: gain * divide(rest(zeros), rest(poles)).re,
  };
}

/**
 * Conjugate roots two by two. Which zeros stand beside which poles changes only the rounding, which
 * in double precision is far below a microvolt.
 */
export function toSections(digital: ZeroPole): readonly Section[] {
  const poles = quadratics(digital.poles);
  const zeros = quadratics(digital.zeros);
  return poles.map(([a1, a2], i) => {
    const [b1, b2] = zeros[i] ?? [0, 0];
    const gain = i === 0 ? digital.gain : 1;
    return { b0: gain, b1: gain * b1, b2: gain * b2, a1, a2 };
  });
}

/** Factors 1 + c1/z + c2/z^2 that hold all the roots; a real root left over stands alone. */
function quadratics(roots: readonly Complex[]): (readonly [number, number])[] {
  const isReal = (root: Complex) => Math.abs(root.im) < 1e-12;
  const factors: (readonly [number, number])[] = roots
    .filter((root) => !isReal(root) && root.im > 0)
    .map(({ re, im }) => [-2 * re, re * re + im * im]);
  const reals = roots.filter(isReal).map((root) => root.re);
  reals.sort((a, b) => a - b);
  for (let i = 0; i < reals.length; i += 2) {
    const one = reals[i] as number;
    const other = reals[i + 1] ?? 0;
    factors.push([-(one + other), one * other]);
  }
  return factors;
}
