import { expect, test } from '@jest/globals';
import { configPage, isConfigPageCurrent } from './config.js';

test('the table of settings is the one that the code makes', () => {
  expect(configPage()).toContain('LEADWIRE_MLLP_PORT');
  expect(isConfigPageCurrent()).toBe(true);
});
