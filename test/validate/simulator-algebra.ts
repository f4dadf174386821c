/** The little linear algebra that fitting the simulator needs. Matrices are rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/** Solves A X = B for a symmetric positive A by elimination. */
export function solve(a: Matrix, b: Matrix): number[][] {
  const left = a.map((row) => [...row]);
  const right = b.map((row) => [...row]);
  const count = left.length;
  for (let i = 0; i < count; i += 1) {
    const pivot = left[i]?.[i] as number;
    for (let k = i + 1; k < count; k += 1) {
      const factor = (left[k]?.[i] as number) / pivot;
      if (factor === 0) continue;
      subtract(left[k], left[i], factor);
      subtract(right[k], right[i], factor);
    }
  }
  for (let i = count - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < count; k += 1) subtract(right[i], right[k], left[i]?.[k] as number);
    const pivot = left[i]?.[i] as number;
    right[i] = (right[i] ?? []).map((value) => value / pivot);
  }
  return right;
}

function subtract(target: number[] | undefined, row: number[] | undefined, factor: number): void {
  if (!target || !row) return;
  for (let j = 0; j < target.length; j += 1) {
    target[j] = (target[j] as number) - factor * (row[j] as number);
  }
}

export interface Regression {
  readonly coefficients: number[][];
  readonly residuals: number[][];
}

/** Least squares of many columns on few covariates. */
export function regress(covariates: Matrix, values: Matrix): Regression {
  const width = covariates[0]?.length ?? 0;
  const columns = values[0]?.length ?? 0;
  const normal = zeros(width, width);
  const wanted = zeros(width, columns);
  covariates.forEach((row, n) => {
    for (let i = 0; i < width; i += 1) {
      subtract(normal[i], [...row], -(row[i] as number));
      subtract(wanted[i], [...(values[n] ?? [])], -(row[i] as number));
    }
  });
  const coefficients = solve(normal, wanted);
  const residuals = values.map((row, n) => {
    const left = [...row];
    coefficients.forEach((own, i) => {
      subtract(left, own, covariates[n]?.[i] as number);
    });
    return left;
  });
  return { coefficients, residuals };
}

function zeros(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
}

const POWER_ROUNDS = 60;

/**
 * The strongest modes of rows around zero, each as long as its standard deviation, and what is left
 * of each column's deviation without them.
 */
export function principalModes(
  rows: Matrix,
  count: number,
): { readonly modes: number[][]; readonly left: number[] } {
  const rest = rows.map((row) => [...row]);
  const width = rest[0]?.length ?? 0;
  const modes: number[][] = [];
  for (let m = 0; m < count; m += 1) {
    let direction = Array.from({ length: width }, (_, k) => 1 + (((k + 1) * (m + 7)) % 13));
    for (let round = 0; round < POWER_ROUNDS; round += 1) {
      const next = new Array<number>(width).fill(0);
      for (const row of rest) subtract(next, row, -product(row, direction));
      const size = Math.sqrt(product(next, next)) || 1;
      direction = next.map((value) => value / size);
    }
    const scores = rest.map((row) => product(row, direction));
    rest.forEach((row, n) => {
      subtract(row, direction, scores[n] as number);
    });
    const spread = Math.sqrt(product(scores, scores) / rest.length);
    modes.push(direction.map((value) => value * spread));
  }
  const left = Array.from({ length: width }, (_, k) =>
    Math.sqrt(rest.reduce((sum, row) => sum + (row[k] as number) ** 2, 0) / rest.length),
  );
  return { modes, left };
}

function product(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
