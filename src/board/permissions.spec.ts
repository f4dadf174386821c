import { expect, test } from '@jest/globals';
import { claimAt, groupsIn } from './identity-provider.js';
import { rolesOf } from './login-desk.js';
import { PERMISSIONS, permissionsOf } from './permissions.js';

test('roles give what they are for, and add up', () => {
  expect(permissionsOf([])).toEqual([]);
  expect(permissionsOf(['viewer'])).toEqual(['see']);
  expect(permissionsOf(['clinician'])).toEqual(['see', 'act']);
  expect(permissionsOf(['analyst'])).toEqual(['messages', 'raw', 'replay']);
  expect(permissionsOf(['admin'])).toEqual(PERMISSIONS);
  expect(permissionsOf(['analyst', 'viewer'])).toEqual(['see', 'messages', 'raw', 'replay']);
});

test('groups become roles as the site maps them, and only to roles that there are', () => {
  const mapped = { 'ed-physicians': 'clinician', boss: 'emperor', admin: 'viewer' };
  expect(rolesOf({ groups: ['ed-physicians', 'choir', 'boss'] }, mapped)).toEqual(['clinician']);
  expect(rolesOf({ groups: ['analyst', 'analyst'] }, mapped)).toEqual(['analyst']);
  expect(rolesOf({ groups: ['admin'] }, mapped)).toEqual(['viewer']);
  expect(rolesOf({ groups: ['constructor', '__proto__'] }, {})).toEqual([]);
});

test('a claim is found by its name or step by step, as a list or as words', () => {
  const claims = {
    'https://x.example/roles': ['a'],
    realm_access: { roles: ['b', 3] },
    scope: 'c d',
  };
  expect(groupsIn(claimAt(claims, 'https://x.example/roles'))).toEqual(['a']);
  expect(groupsIn(claimAt(claims, 'realm_access.roles'))).toEqual(['b']);
  expect(groupsIn(claimAt(claims, 'scope'))).toEqual(['c', 'd']);
  expect(groupsIn(claimAt(claims, 'realm_access.constructor'))).toEqual([]);
  expect(groupsIn(claimAt(claims, 'none.at.all'))).toEqual([]);
});
