import { createEcg, type EcgInput } from '../../src/core/ecg/ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES, type LeadName } from '../../src/core/ecg/lead.js';
import type { Reading } from '../../src/core/ecg/reading.js';

export interface SampleOptions {
  readonly count?: number;
  readonly sampleRateHz?: number;
  /** All twelve, or the eight from which the others follow. */
  readonly leads?: 8 | 12;
  readonly more?: Partial<Reading>;
}

/** Whole microvolts that look like nothing in particular, the same in every run. */
export function sampleMicrovolts(lead: LeadName, count: number): number[] {
  const number = LEAD_NAMES.indexOf(lead);
  return Array.from({ length: count }, (_, i) => {
    const beat = Math.exp(-(((i % 400) - 200) ** 2) / 60) * (900 - 90 * number);
    return Math.round(beat + 40 * Math.sin(i / (9 + number)) - 12 * number);
  });
}

/** A reading as any format could have carried it. */
export function sampleReading(options: SampleOptions = {}): Reading {
  const { count = 1000, sampleRateHz = 500, leads = 12, more = {} } = options;
  const names = leads === 12 ? LEAD_NAMES : INDEPENDENT_LEADS;
  const input: EcgInput = {
    sampleRateHz,
    leads: names.map((name) => ({ name, microvolts: sampleMicrovolts(name, count) })),
    patient: { sex: 'female' },
  };
  const ecg = createEcg(input);
  if (!ecg.ok) throw new RangeError(ecg.failure.detail);
  return {
    ecg: ecg.value,
    format: 'sample',
    patient: {
      authority: 'urn:oid:1.2.3.4',
      value: 'MRN-5',
      others: [{ authority: 'VISITS', value: '77' }],
      name: { family: "Doe|O'Hara", given: 'Müller^' },
    },
    encounter: { authority: 'http://example.org/visits', value: 'V9' },
    order: { authority: 'ORDERS', value: 'O&1' },
    acquired: { local: '2026-01-31T11:59:00.000', offsetMinutes: -330 },
    birthDate: '1962-05-14',
    status: 'final',
    vendorStatements: [],
    vendorMeasurements: null,
    ...more,
  };
}
