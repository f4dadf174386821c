import { describe, expect, test } from '@jest/globals';
import type { LeadName } from '../../ecg/lead.js';
import { inAccord } from './accord.js';

const LENGTH = 1000;
const GAIN = 10;

/** A beat of this height each 200 samples, with a wave after it. */
function beat(i: number, tall: number, wave: number): number {
  const at = i % 200;
  return tall * Math.exp(-((at - 60) ** 2) / 30) + wave * Math.exp(-((at - 120) ** 2) / 400);
}

const one = (i: number): number => beat(i, 900, 150);
const two = (i: number): number => beat(i, 600, 250);
const TRUE = {
  I: one,
  II: two,
  III: (i: number): number => two(i) - one(i),
  aVR: (i: number): number => -(one(i) + two(i)) / 2,
  aVL: (i: number): number => one(i) - two(i) / 2,
  aVF: (i: number): number => two(i) - one(i) / 2,
} as const;
type Limb = keyof typeof TRUE;
const LIMB = Object.keys(TRUE) as Limb[];
const COLUMN = ['I', 'II', 'III'] as const;

/** A reading's own error: each wobbles by itself, by some tens of microvolts. */
function wobble(k: number, i: number): number {
  return 40 * Math.sin((i * (k + 3)) / 1.7) * Math.cos(i / (k + 2));
}

function read(
  names: readonly LeadName[],
  value: (name: LeadName, i: number) => number,
): readonly { readonly name: LeadName; readonly microvolts: Float64Array }[] {
  return names.map((name) => ({
    name,
    microvolts: Float64Array.from({ length: LENGTH }, (_, i) => value(name, i)),
  }));
}

const truth = (name: LeadName, i: number): number => TRUE[name as Limb](i);
const wobbling = (name: LeadName, i: number): number =>
  truth(name, i) + wobble(LIMB.indexOf(name as Limb), i);

function errorOf(values: ArrayLike<number>, name: Limb): number {
  const offs = Array.from(values, (value, i) => value - truth(name, i));
  const level = offs.reduce((sum, off) => sum + off, 0) / LENGTH;
  return Math.sqrt(offs.reduce((sum, off) => sum + (off - level) ** 2, 0) / LENGTH);
}

describe('limb leads brought into accord', () => {
  test('six readings of two measurements are nearer to the truth together', () => {
    const before = read(LIMB, wobbling);
    const after = inAccord(before, GAIN);
    const sum = (leads: typeof after): number =>
      leads.reduce((all, { name, microvolts }) => all + errorOf(microvolts, name as Limb), 0);
    expect(sum(after)).toBeLessThan(0.7 * sum(before));
  });

  test('a lead that the five others contradict is put right', () => {
    const lost = (name: LeadName, i: number): number =>
      name === 'aVL' && i % 200 > 40 && i % 200 < 80 ? 0 : truth(name, i);
    const [, , , , aVL] = inAccord(read(LIMB, lost), GAIN);
    expect(errorOf(aVL?.microvolts ?? [], 'aVL')).toBeLessThan(10);
  });

  test('of three that differ nobody knows which is wrong: they stay as they were read', () => {
    const isLost = (i: number): boolean => i > 240 && i < 280;
    const lost = (name: LeadName, i: number): number =>
      name === 'III' && isLost(i) ? 500 : wobbling(name, i);
    const before = read(COLUMN, lost);
    const after = inAccord(before, GAIN);
    for (const [k, { microvolts }] of after.entries()) {
      const own = before[k]?.microvolts ?? new Float64Array();
      expect(microvolts.slice(241, 280)).toEqual(own.slice(241, 280));
      expect(microvolts.slice(600, 700)).not.toEqual(own.slice(600, 700));
    }
  });

  test('leads under wrong names are left for the check of the limb leads to find', () => {
    const cabrera: Readonly<Record<string, Limb>> = {
      ...{ I: 'aVL', II: 'I', III: 'aVR', aVR: 'II', aVL: 'aVF', aVF: 'III' },
    };
    const misnamed = (name: LeadName, i: number): number => wobbling(cabrera[name] as Limb, i) / 3;
    const before = read(LIMB, misnamed);
    expect(inAccord(before, GAIN)).toEqual(before);
  });

  test('levels of their own and places without ink stay, and chest leads are not touched', () => {
    const lifted = (name: LeadName, i: number): number => {
      if (name === 'V1') return i;
      if (name === 'II' && i >= 500) return NaN;
      return truth(name, i) + (name === 'II' ? 250 : 0);
    };
    const before = read([...COLUMN, 'V1'], lifted);
    const after = inAccord(before, GAIN);
    for (const [k, { microvolts }] of after.entries()) {
      for (const [i, value] of microvolts.entries()) {
        const own = before[k]?.microvolts[i] as number;
        if (Number.isNaN(own)) expect(value).toBeNaN();
        else expect(Math.abs(value - own)).toBeLessThan(1);
      }
    }
  });
});
