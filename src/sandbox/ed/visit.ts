import type { Reading, WrittenTime } from '../../core/ecg/reading.js';
import { createRandom, type Random } from '../random.js';
import type { CaseSpec, Condition, LeadFault, Truth } from '../simulator/case.js';
import { drawCase } from '../simulator/draw.js';
import { simulateCase } from '../simulator/simulate.js';

/** A simulated patient who has just had an ECG taken, and what is true of them. */
export interface Visit {
  readonly number: number;
  readonly truth: Truth;
  readonly reading: Reading;
}

/** What is fixed of a patient; the rest is drawn. */
export interface VisitWish {
  readonly condition?: Condition;
  readonly leadFault?: LeadFault;
  readonly ageYears?: number;
  readonly sex?: 'male' | 'female';
}

export type NextVisit = (nowMs: number, wish?: VisitWish) => Visit;

const FAMILIES = ['Andersson', 'Berg', 'Cruz', 'Dahl', 'Eriksen', 'Fischer', 'Garcia', 'Holm'];
const GIVEN = ['Alva', 'Bo', 'Clara', 'David', 'Elsa', 'Frans', 'Greta', 'Hugo'];
export const VIRTUAL_HOSPITAL = 'urn:oid:2.999.1.7';
/** Of the department that the visits are to. */
const ROOMS = 12;
const BEDS = ['Bed A', 'Bed B'];
/** Patients of two seeds are other people. */
const SEED_STEP = 100_003;

/** Patients one after the other, the same for the same seed but for the clock. */
export function createVisits(seed: number): NextVisit {
  let number = 0;
  return (nowMs, wish = {}) => {
    number += 1;
    const { condition, leadFault, ageYears, sex } = wish;
    const drawn = drawCase(seed * SEED_STEP + number, {
      withFaults: condition === undefined,
      ...(condition ? { condition } : {}),
    });
    const spec: CaseSpec = {
      ...drawn,
      ...(leadFault ? { leadFault } : {}),
      ...(ageYears === undefined ? {} : { ageYears }),
      ...(sex ? { sex } : {}),
    };
    return visit(number, seed, spec, nowMs);
  };
}

function visit(number: number, seed: number, spec: CaseSpec, nowMs: number): Visit {
  const random = createRandom(spec.seed);
  const { ecg, truth } = simulateCase(spec);
  return {
    number,
    truth,
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
      place: {
        pointOfCare: 'ED',
        room: `Room ${1 + (Math.floor(number / BEDS.length) % ROOMS)}`,
        bed: BEDS[number % BEDS.length] ?? null,
        facility: null,
      },
      acquired: utc(nowMs),
      birthDate: `${new Date(nowMs).getUTCFullYear() - truth.ageYears - 1}-12-31`,
      status: 'final',
      vendorStatements: [],
      vendorMeasurements: null,
    },
  };
}

export function pick<T>(from: readonly T[], random: Random): T {
  const chosen = from[Math.floor(random.next() * from.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}

function utc(ms: number): WrittenTime {
  return { local: new Date(ms).toISOString().slice(0, 23), offsetMinutes: 0 };
}
