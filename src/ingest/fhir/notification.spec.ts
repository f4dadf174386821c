import { describe, expect, test } from '@jest/globals';
import { parseNotification } from './notification.js';

const parse = (path: string, body: unknown = '') =>
  parseNotification({
    path,
    bytes: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const OBSERVATION = { resourceType: 'Observation', id: '12', status: 'final' };

describe('a notification', () => {
  test('of nothing is a ping', () => {
    expect(parse('')).toEqual({ kind: 'ping' });
    expect(parse('', '  \n')).toEqual({ kind: 'ping' });
  });

  test('of a name alone names what to fetch, in the path or in the body', () => {
    const named = { kind: 'reference', reference: 'Observation/12', version: null };
    expect(parse('Observation/12')).toEqual(named);
    expect(parse('', { resourceType: 'Observation', id: '12' })).toEqual(named);
    expect(
      parse('Observation/12', { resourceType: 'Observation', id: '12', meta: { versionId: '3' } }),
    ).toEqual({ ...named, version: '3' });
    expect(parse('Observation/12/_history/4')).toEqual({ ...named, version: '4' });
  });

  test('with the resource carries it, with the path, without, or without an id', () => {
    const carried = { kind: 'resource', resource: OBSERVATION, reference: 'Observation/12' };
    expect(parse('Observation/12', OBSERVATION)).toEqual(carried);
    expect(parse('', OBSERVATION)).toEqual(carried);
    expect(parse('', { resourceType: 'Observation', status: 'final' })).toMatchObject({
      kind: 'resource',
      reference: null,
    });
  });

  test.each([
    ['another id', 'Observation/13', OBSERVATION],
    ['another type', 'Patient/12', OBSERVATION],
    ['a path that leaves', '../Observation/12', OBSERVATION],
    ['a path to a host', 'http://evil.test/Observation/12', ''],
    ['text', '', 'hello'],
    ['a list', '', []],
    ['JSON of no resource', '', { id: '12' }],
    ['an id that is a path', '', { resourceType: 'Observation', id: '../../admin' }],
    ['an id that is a number', '', { resourceType: 'Observation', id: 12 }],
    ['a type that is a path', '', { resourceType: 'Observation/1', id: '12' }],
  ])('with %s is not believed', (_what, path, body) => {
    expect(parse(path, body)).toMatchObject({
      kind: 'unusable',
      failure: { code: 'message-malformed' },
    });
  });
});
