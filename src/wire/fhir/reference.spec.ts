import { describe, expect, test } from '@jest/globals';
import {
  localReference,
  parseReference,
  searchToken,
  tokenQuery,
  withinServer,
  writtenReference,
} from './reference.js';

const BASES = ['http://ehr.test:8080/fhir', 'https://public.test/r4'];

describe('a reference', () => {
  test.each([
    ['Observation/12', 'Observation', '12', null],
    ['Observation/a-b.c/_history/3', 'Observation', 'a-b.c', '3'],
    ['http://ehr.test:8080/fhir/Observation/12', 'Observation', '12', null],
    ['https://public.test/r4/Observation/12/_history/3', 'Observation', '12', '3'],
  ])('%s is one of this server', (text, type, id, version) => {
    expect(localReference(text, BASES)).toEqual({ type, id, version });
  });

  test.each([
    'http://evil.test/fhir/Observation/12',
    'https://ehr.test:8080/fhir/Observation/12',
    'http://ehr.test:8081/fhir/Observation/12',
    'http://ehr.test:8080/other/Observation/12',
    'http://ehr.test:8080/fhirx/Observation/12',
    'http://user@ehr.test:8080/fhir/Observation/12',
    'http://ehr.test:8080/fhir/../admin/Observation/12',
    'http://ehr.test:8080@evil.test/fhir/Observation/12',
    '//evil.test/Observation/12',
    'Observation/12?_format=x',
    'Observation/12/$meta',
    'Observation/..',
    'Observation/12/_history/..',
    '../Observation/12',
    '#contained',
    'urn:uuid:6f1de5e6-0000-4000-8000-000000000001',
    'observation/12',
    `Observation/${'a'.repeat(65)}`,
    '',
  ])('%s is followed by nobody', (text) => {
    expect(localReference(text, BASES)).toBeNull();
  });

  test('alone names a type, an id and perhaps a version', () => {
    expect(parseReference('Patient/1')).toEqual({ type: 'Patient', id: '1', version: null });
  });

  test('to a next page keeps its query and loses its host', () => {
    expect(withinServer('http://ehr.test:8080/fhir?_getpages=a&b=c', BASES)).toBe(
      '?_getpages=a&b=c',
    );
    expect(withinServer('http://ehr.test:8080/fhir/Observation?page=2', BASES)).toBe(
      'Observation?page=2',
    );
    expect(withinServer('http://evil.test/fhir?_getpages=a', BASES)).toBeNull();
  });

  test.each([
    ['http://anything/fhir/RiskAssessment/7/_history/1', 'RiskAssessment/7'],
    ['RiskAssessment/7/_history/1', 'RiskAssessment/7'],
    ['RiskAssessment/7', 'RiskAssessment/7'],
    ['http://anything/fhir/', null],
    [null, null],
  ])('in a Location %s names what was written', (location, reference) => {
    expect(writtenReference(location)).toBe(reference);
  });
});

test('separators inside an identifier cannot widen a search', () => {
  expect(searchToken('urn:x', 'a,b|c$d\\')).toBe('urn:x|a\\,b\\|c\\$d\\\\');
  expect(tokenQuery('identifier', 'urn:x', 'a&b')).toBe('identifier=urn%3Ax%7Ca%26b');
});
