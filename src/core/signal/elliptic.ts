/**
 * Elliptic integrals and Jacobi's functions, in the parameter m (the square of the modulus), by
 * the arithmetic-geometric mean: quadratic convergence, so a dozen rounds reach double precision.
 */
const ROUNDS = 16;

/** K(m), from the complementary parameter 1 - m so that m close to 1 keeps its digits. */
export function completeIntegral(complementary: number): number {
  let a = 1;
  let b = Math.sqrt(complementary);
  for (let i = 0; i < ROUNDS; i += 1) {
    [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  }
  return Math.PI / (2 * a);
}

/** F(atan(tangent), m) from 1 - m: the inverse of sc(u, m), by Landen's descending steps. */
export function inverseSc(tangent: number, complementary: number): number {
  let a = 1;
  let b = Math.sqrt(complementary);
  let angle = Math.atan(tangent);
  let halvings = 1;
  for (let i = 0; i < ROUNDS; i += 1) {
    const turn = Math.round(angle / Math.PI) * Math.PI;
    angle += turn + Math.atan((b / a) * Math.tan(angle));
    [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
    halvings *= 2;
  }
  return angle / (halvings * a);
}

export interface Jacobi {
  readonly sn: number;
  readonly cn: number;
  readonly dn: number;
}

/** sn, cn and dn of u for 0 <= m < 1. */
export function jacobi(u: number, m: number): Jacobi {
  const a = [1];
  const c = [Math.sqrt(m)];
  let b = Math.sqrt(1 - m);
  for (let i = 0; i < ROUNDS; i += 1) {
    const previous = a[i] as number;
    a.push((previous + b) / 2);
    c.push((previous - b) / 2);
    b = Math.sqrt(previous * b);
  }
  let angle = 2 ** ROUNDS * (a[ROUNDS] as number) * u;
  for (let i = ROUNDS; i > 0; i -= 1) {
    angle = (angle + Math.asin(((c[i] as number) / (a[i] as number)) * Math.sin(angle))) / 2;
  }
  const sn = Math.sin(angle);
  return { sn, cn: Math.cos(angle), dn: Math.sqrt(1 - m * sn * sn) };
}

/**
 * Solves the degree equation n K1'/K1 = K'/K for m, given m1: how steep an elliptic filter of
 * order n can be. By the nome, whose series needs eight terms for double precision.
 */
export function solveDegree(order: number, m1: number): number {
  const nome1 = Math.exp((-Math.PI * completeIntegral(m1)) / completeIntegral(1 - m1));
  const nome = nome1 ** (1 / order);
  let numerator = 0;
  let denominator = 1;
  for (let i = 0; i < 8; i += 1) {
    numerator += nome ** (i * (i + 1));
    denominator += 2 * nome ** ((i + 1) * (i + 1));
  }
  return 16 * nome * (numerator / denominator) ** 4;
}
