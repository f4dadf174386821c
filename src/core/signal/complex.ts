/** The little complex arithmetic that filter design needs. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export function complex(re: number, im = 0): Complex {
  return { re, im };
}

export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

export function subtract(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

export function scale(a: Complex, by: number): Complex {
  return { re: a.re * by, im: a.im * by };
}

export function divide(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

export function magnitude(a: Complex): number {
  return Math.hypot(a.re, a.im);
}

/** The root with a real part that is not negative. */
export function squareRoot(a: Complex): Complex {
  const size = magnitude(a);
  const re = Math.sqrt((size + a.re) / 2);
  const im = Math.sqrt((size - a.re) / 2);
  return { re, im: a.im < 0 ? -im : im };
}

export function product(factors: readonly Complex[]): Complex {
  return factors.reduce(multiply, complex(1));
}
