import type { Ecg } from '../../../src/core/ecg/ecg.js';
import type { DrawOptions } from '../../../src/core/image/paper.js';
import { createRandom } from '../../../src/sandbox/random.js';
import type { Condition } from '../../../src/sandbox/simulator/case.js';
import { drawCase } from '../../../src/sandbox/simulator/draw.js';
import { simulateCase } from '../../../src/sandbox/simulator/simulate.js';
import { ecgOf, type PtbxlRecord } from '../ptbxl-records.js';

/** The papers that are drawn and read again. */
export const PAPERS: readonly (readonly [name: string, options: DrawOptions])[] = [
  ['3x4 and a rhythm strip', { layout: '3x4' }],
  ['6x2', { layout: '6x2' }],
  ['12x1', { layout: '12x1', gainMmPerMillivolt: 5 }],
  [
    '3x4 at 50 mm/s, 20 mm/mV',
    { layout: '3x4', speedMmPerSecond: 50, gainMmPerMillivolt: 20, rhythm: ['V1'] },
  ],
];

const CONDITIONS: readonly Condition[] = [
  'normal',
  'omi-lad-proximal',
  'omi-rca',
  'lbbb',
  'lvh-strain',
  'atrial-fibrillation',
  'rbbb',
  'pericarditis',
];

export function simulated(seed: number): Ecg {
  const condition = CONDITIONS[seed % CONDITIONS.length] as Condition;
  return simulateCase({ ...drawCase(seed, { condition }), recorder: 'diagnostic' }).ecg;
}

/** Every so-manieth record, shuffled by the seed. */
export function recorded(
  records: readonly PtbxlRecord[],
  count: number,
  seed: number,
): readonly Ecg[] {
  const random = createRandom(seed);
  const left = [...records];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const at = Math.floor(random.next() * left.length);
    const [record] = left.splice(at, 1);
    return ecgOf(record as PtbxlRecord);
  });
}
