import { describe, expect, test } from '@jest/globals';
import { LEAD_NAMES, leadOfScpNumber, parseLead } from './lead.js';

/** As printed in DICOM PS3.16, context group 3001, and in EN 1064, table of lead identifiers. */
const NUMBERS = {
  I: 1,
  II: 2,
  V1: 3,
  V2: 4,
  V3: 5,
  V4: 6,
  V5: 7,
  V6: 8,
  III: 61,
  aVR: 62,
  aVL: 63,
  aVF: 64,
} as const;

describe('leads by number', () => {
  test.each(LEAD_NAMES)('%s has one number in DICOM and SCP-ECG', (name) => {
    expect(parseLead(`2:${NUMBERS[name]}`)).toBe(name);
    expect(leadOfScpNumber(NUMBERS[name])).toBe(name);
  });

  test('other electrodes and a bare number are no lead of ours', () => {
    expect(parseLead('2:9')).toBeNull();
    expect(parseLead('3:1')).toBeNull();
    expect(parseLead('1')).toBeNull();
    expect(leadOfScpNumber(0)).toBeNull();
  });
});
