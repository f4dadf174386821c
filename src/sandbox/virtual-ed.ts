import type { Reading, WrittenTime } from '../core/ecg/reading.js';
import { createRandom, type Random } from './random.js';
import { CONDITIONS, simulateEcg, type Condition } from './simulate.js';

/** A simulated patient who has just had an ECG taken, and what is true of them. */
export interface Visit {
  readonly number: number;
  readonly condition: Condition;
  readonly ageYears: number;
  readonly reading: Reading;
}

const FAMILIES = ['Andersson', 'Berg', 'Cruz', 'Dahl', 'Eriksen', 'Fischer', 'Garcia', 'Holm'];
const GIVEN = ['Alva', 'Bo', 'Clara', 'David', 'Elsa', 'Frans', 'Greta', 'Hugo'];
export const VIRTUAL_HOSPITAL = 'urn:oid:2.999.1.7';

/**
 * Patients one after the other, the same for the same seed but for the clock. Every third has an
 * occlusion: an emergency department with more to see than any real one.
 */
export function createVirtualEd(seed: number): (nowMs: number) => Visit {
  const random = createRandom(seed);
  let number = 0;
  return (nowMs) => {
    number += 1;
    return visit(number, seed, random, nowMs);
  };
}

function visit(number: number, seed: number, random: Random, nowMs: number): Visit {
  const condition = number % 3 === 0 ? pick(CONDITIONS.slice(1), random) : 'normal';
  const ageYears = Math.round(random.between(35, 90));
  const sex = random.next() < 0.5 ? 'female' : 'male';
  const ecg = simulateEcg({ seed: seed * 100_003 + number, condition, ageYears, sex });
  return {
    number,
    condition,
    ageYears,
    reading: {
      ecg,
      format: 'simulated',
      patient: {
        authority: VIRTUAL_HOSPITAL,
        value: `S${seed}-${String(number).padStart(5, '0')}`,
        others: [],
        name: { family: pick(FAMILIES, random), given: pick(GIVEN, random) },
      },
      encounter: { authority: VIRTUAL_HOSPITAL, value: `V${seed}-${number}` },
      order: null,
      acquired: utc(nowMs),
      birthDate: `${new Date(nowMs).getUTCFullYear() - ageYears - 1}-12-31`,
      status: 'final',
      vendorStatements: [],
      vendorMeasurements: null,
    },
  };
}

function pick<T>(from: readonly T[], random: Random): T {
  const chosen = from[Math.floor(random.next() * from.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}

function utc(ms: number): WrittenTime {
  return { local: new Date(ms).toISOString().slice(0, 23), offsetMinutes: 0 };
}
