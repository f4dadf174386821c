import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PROFILES, profileOf, type ProfileName } from '../../src/delivery/fhir/codes.js';
import { sampleAssessment, sampleFinding, sampleOrder } from '../../src/delivery/order.fixtures.js';
import { examine } from '../../src/core/decision/examination.js';
import { simulateEcg } from '../support/simulated.js';
import { emittedFor, type Emitted } from '../profiles/emitted.js';
import { GENERATED, openValidator, readProfiles } from '../profiles/validate.js';

describe('every resource that the service emits', () => {
  let validate: ReturnType<typeof openValidator>;
  let emitted: readonly Emitted[];
  beforeAll(() => {
    validate = openValidator();
    const ecg = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'female' });
    const findings = [
      sampleFinding(),
      sampleFinding({ findingId: 'ami', positive: false, probability: 0.1, spread: null }),
    ];
    const assessment = sampleAssessment({ findings, examination: examine(ecg) });
    emitted = emittedFor(sampleOrder({ assessment }), new Uint8Array([0x89, 0x50]));
  }, 60_000);

  test('is as R4 and its own profile ask', () => {
    for (const { name, entries } of emitted) {
      expect(validate(entries).map((why) => `${name}: ${why}`)).toEqual([]);
    }
  });

  test('is of every profile that there is, but for the ECG, which others send', () => {
    const used = new Set(
      emitted.flatMap(
        ({ entries }) =>
          JSON.stringify(entries).match(/StructureDefinition\/leadwire-[a-z-]+/g) ?? [],
      ),
    );
    const named = (Object.keys(PROFILES) as ProfileName[]).filter((name) => name !== 'ecg');
    expect([...used].sort()).toEqual(
      named.map((name) => `StructureDefinition/${PROFILES[name]}`).sort(),
    );
    for (const name of Object.keys(PROFILES) as ProfileName[]) {
      expect(readProfiles().has(profileOf(name))).toBe(true);
    }
  });

  test.each([
    ['a probability that is missing its words', 'RiskAssessment', '"rationale":', '"rationales":'],
    ['a result without its note', 'RiskAssessment', '"note":', '"notes":'],
    ['an alert that is not urgent', 'CommunicationRequest', '"stat"', '"routine"'],
    ['measurements without a number', 'Observation', '"component":', '"components":'],
  ])('would be told of %s', (_, type, part, instead) => {
    const spoilt = emitted.flatMap(({ entries }) =>
      entries
        .filter(({ resource }) => resource.resourceType === type)
        .map((entry) => JSON.stringify(entry))
        .filter((text) => text.includes(part))
        .map((text) => JSON.parse(text.replaceAll(part, instead)) as (typeof entries)[number]),
    );
    expect(spoilt.length).toBeGreaterThan(0);
    expect(validate(spoilt.slice(0, 1))).not.toEqual([]);
  });
});

test('the codes of the models shipped are in our code system', () => {
  const system = JSON.parse(readFileSync(join(GENERATED, 'CodeSystem-finding.json'), 'utf8')) as {
    concept: { code: string }[];
  };
  const known = new Set(system.concept.map(({ code }) => code));
  const cards = readdirSync('models', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('card.json'),
  );
  expect(cards.length).toBeGreaterThan(0);
  for (const path of cards) {
    const card = JSON.parse(readFileSync(join('models', path), 'utf8')) as {
      findings: { code: { code: string } }[];
    };
    for (const { code } of card.findings) expect(known).toContain(code.code);
  }
});
