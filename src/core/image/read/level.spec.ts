import { describe, expect, test } from '@jest/globals';
import type { BendMap } from './bend.js';
import { levelled } from './level.js';

const STEP_MM = 4;
const [COLUMNS, ROWS] = [70, 50];

function mapOf(
  at: (u: number, v: number) => { readonly dx: number; readonly dy: number },
): BendMap {
  const places = Array.from({ length: COLUMNS * ROWS }, (_, i) =>
    at((i % COLUMNS) * STEP_MM, Math.floor(i / COLUMNS) * STEP_MM),
  );
  return {
    left: 0,
    top: 0,
    stepMm: STEP_MM,
    columns: COLUMNS,
    rows: ROWS,
    dx: Float64Array.from(places, ({ dx }) => dx),
    dy: Float64Array.from(places, ({ dy }) => dy),
  };
}

/** How far lines are off that stand on the nearest of so many dots a millimetre. */
const printedAt = (mm: number): number => Math.round(mm * 5.9) / 5.9 - mm;

describe('lines that are off by the same along their whole length', () => {
  test('are where the printer had a dot, and bend no paper', () => {
    const flat = levelled(mapOf((u, v) => ({ dx: printedAt(u), dy: printedAt(v) })));
    const before = mapOf((u) => ({ dx: printedAt(u), dy: 0 })).dx.map(Math.abs);
    expect(Math.max(...before)).toBeGreaterThan(0.06);
    expect(Math.max(...flat.dx.map(Math.abs), ...flat.dy.map(Math.abs))).toBeLessThan(0.02);
  });

  test('keep what changes slowly, as a scanner stretches', () => {
    const stretched = (u: number): number => 0.5 * Math.sin((2 * Math.PI * u) / 500);
    const { dx } = levelled(mapOf((u) => ({ dx: printedAt(u) + stretched(u), dy: 0 })));
    const middle = dx.subarray((ROWS >> 1) * COLUMNS, ((ROWS >> 1) + 1) * COLUMNS);
    const off = [...middle].map((value, k) => Math.abs(value - stretched(k * STEP_MM)));
    expect(Math.max(...off.slice(8, -8))).toBeLessThan(0.05);
  });
});

test('paper with a crease across it keeps all its bends', () => {
  const crease = (u: number, v: number): number => {
    const t = (u * 0.8 + v * 0.6 - 150) / 25;
    return 0.3 * t * Math.exp(0.5 - (t * t) / 2);
  };
  const map = mapOf((u, v) => ({ dx: printedAt(u) + crease(u, v), dy: crease(u, v) }));
  expect(levelled(map)).toBe(map);
});
