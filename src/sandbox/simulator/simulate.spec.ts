import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Ecg } from '../../core/ecg/ecg.js';
import { leadOf } from '../../core/ecg/ecg.js';
import { measure } from '../../core/signal/measure.js';
import { CONDITIONS, type CaseSpec, type Condition } from './case.js';
import { drawCase } from './draw.js';
import { simulateCase } from './simulate.js';

const spec = (condition: Condition, more: Partial<CaseSpec> = {}): CaseSpec => ({
  seed: 11,
  condition,
  ageYears: 60,
  sex: 'male',
  recorder: 'diagnostic',
  ...more,
});

/** Of every sample of the twelve leads, little-endian. */
function hashOf({ leads }: Ecg): string {
  const hash = createHash('sha256');
  for (const { samples } of leads) {
    const bytes = Buffer.alloc(2 * samples.length);
    [...samples].forEach((value, i) => bytes.writeInt16LE(value, 2 * i));
    hash.update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

describe('a simulated case', () => {
  test('has the same samples on every machine', () => {
    const made = (
      ['normal', 'omi-rca', 'atrial-flutter', 'paced', 'ventricular-fibrillation'] as const
    ).map((condition) => hashOf(simulateCase(spec(condition)).ecg));
    const archived = hashOf(simulateCase(spec('normal', { recorder: 'archived' })).ecg);
    expect([...made, archived]).toMatchInlineSnapshot(`
     [
       "8a72cbcd8671474e",
       "76e242d3e5a65c3d",
       "d76adcc37e400477",
       "31845d1ccf648bb0",
       "79f9f25ed19fe4ce",
       "b572e74ef7cd8ed5",
     ]
    `);
  });

  test('can be made for every condition, and knows its truth', () => {
    for (const condition of CONDITIONS) {
      const { ecg, truth } = simulateCase(spec(condition, { seconds: 4 }));
      expect(ecg.sampleCount).toBe(2000);
      expect(truth.condition).toBe(condition);
      expect(Object.values(truth.stMicrovolts).every(Number.isInteger)).toBe(true);
      const silent = ['asystole', 'ventricular-fibrillation'].includes(condition);
      expect(truth.beats.length > 0).toBe(!silent);
    }
  });

  test('shows its injury where the artery lies, and the mirror image opposite', () => {
    const { stMicrovolts: inferior } = simulateCase(
      spec('omi-rca', { severity: 1, minutesSinceOnset: 90 }),
    ).truth;
    expect(inferior.III).toBeGreaterThan(100);
    expect(inferior.aVL).toBeLessThan(-50);
    const { stMicrovolts: anterior } = simulateCase(
      spec('omi-lad-proximal', { severity: 1, minutesSinceOnset: 90 }),
    ).truth;
    expect(anterior.V2).toBeGreaterThan(100);
    expect(anterior.III).toBeLessThan(0);
  });

  test('has its QRS complexes where its truth says', () => {
    const { ecg, truth } = simulateCase(spec('normal'));
    const measured = measure(ecg);
    if (measured.kind !== 'measured') throw new Error(measured.detail);
    const inside = truth.beats.filter(({ qrs }) => qrs.onset > 100 && qrs.offset < 4900);
    for (const { qrs } of inside) {
      const middleMs = qrs.onset + qrs.offset;
      const nearest = Math.min(...measured.beats.map(({ atMs }) => Math.abs(atMs - middleMs)));
      expect(nearest).toBeLessThan(40);
    }
  });

  test('has another body, another noise and another shape in the other draw', () => {
    const made = (draw: 'training' | 'test') => simulateCase(spec('omi-lad-mid', { draw }));
    const [training, test] = [made('training'), made('test')];
    expect(hashOf(training.ecg)).not.toBe(hashOf(test.ecg));
    expect(training.truth.stMicrovolts).not.toEqual(test.truth.stMicrovolts);
  });

  test('with arms swapped has lead I turned over', () => {
    const plain = simulateCase(spec('normal')).ecg;
    const swapped = simulateCase(spec('normal', { leadFault: 'arm-swap' })).ecg;
    const area = (ecg: Ecg) =>
      leadOf(ecg, 'I')
        .samples.slice()
        .reduce((sum, x) => sum + x * x * x, 0);
    expect(Math.sign(area(swapped))).toBe(-Math.sign(area(plain)));
  });

  test('is drawn about as often as an emergency department sees it', () => {
    const drawn = Array.from({ length: 4000 }, (_, n) => drawCase(n).condition);
    const normal = drawn.filter((condition) => condition === 'normal').length / drawn.length;
    expect(normal).toBeGreaterThan(0.4);
    expect(normal).toBeLessThan(0.5);
  });
});
