import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { conformancePage, PAGE } from './conformance.js';

test('the conformance statement is what the code and the profiles say', () => {
  const page = conformancePage();
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
  expect(page).not.toContain('{{');
});
