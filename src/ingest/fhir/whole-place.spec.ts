import { expect, test } from '@jest/globals';
import { silentLog } from '../../core/log.js';
import { fail } from '../../core/failure.js';
import { envelopeOf } from '../../formats/fhir/envelope.js';
import type { FhirResource } from '../../wire/fhir/resource.js';
import { wholeResource } from './whole.js';

const BASE = 'https://ehr.example/fhir';
const kind = (code: string) => ({ coding: [{ code }] });
const BED = {
  resourceType: 'Location',
  id: 'bed',
  name: 'Bed 3',
  physicalType: kind('bd'),
  partOf: { reference: 'Location/room' },
};
const ROOM = {
  resourceType: 'Location',
  id: 'room',
  name: 'Room 1',
  physicalType: kind('ro'),
  partOf: { reference: 'Location/ed', display: 'ED' },
};
const ED = { resourceType: 'Location', id: 'ed', name: 'Emergency', physicalType: kind('wa') };

/** The place that is read from an ECG of an encounter, and what was asked of the server for it. */
async function placeAt(locations: readonly unknown[], held: readonly FhirResource[]) {
  const encounter = { resourceType: 'Encounter', id: 'e', location: locations };
  const asked: string[] = [];
  const read = (reference: string): Promise<FhirResource> => {
    asked.push(reference);
    const all: readonly FhirResource[] = [encounter, ...held];
    const found = all.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === reference);
    return found ? Promise.resolve(found) : Promise.reject(fail('destination-away', 'gone'));
  };
  const reader = {
    client: { baseUrl: BASE, read },
    serverUrls: [BASE],
    log: silentLog,
    foreign: () => undefined,
  };
  const ecg = { resourceType: 'Observation', encounter: { reference: 'Encounter/e' } };
  const whole = await wholeResource(reader, ecg);
  const { place } = envelopeOf(whole, { serverBaseUrl: BASE, referred: () => undefined });
  return { place, asked };
}

test('a bed is told with the ward above it', async () => {
  const active = { status: 'active', location: { reference: 'Location/bed' } };
  const before = { status: 'completed', location: { display: 'Ambulance' } };
  const { place } = await placeAt([active, before], [BED, ROOM, ED]);
  expect(place).toEqual({ pointOfCare: 'Emergency', room: null, bed: 'Bed 3', facility: null });
});

test('a ward itself is the department', async () => {
  const { place } = await placeAt([{ location: { reference: `${BASE}/Location/ed` } }], [ED]);
  expect(place).toEqual({ pointOfCare: 'Emergency', room: null, bed: null, facility: null });
});

test('a place that cannot be read goes by the name that the encounter gives it', async () => {
  const { place } = await placeAt([{ location: { reference: 'Location/x', display: 'CCU' } }], []);
  expect(place).toMatchObject({ pointOfCare: 'CCU' });
});

test.each([
  ['planned alone', [{ status: 'planned', location: { display: 'CCU' } }]],
  ['of another server', [{ location: { reference: 'https://other.example/Location/1' } }]],
  ['none', []],
])('%s is no place, and nobody else is asked', async (_, locations) => {
  const { place, asked } = await placeAt(locations, []);
  expect(place).toBeNull();
  expect(asked).toEqual(['Encounter/e']);
});
