import { describe, expect, test } from '@jest/globals';
import {
  EXTRA_LEAD_NAMES,
  extraLeadOfScpNumber,
  LEAD_NAMES,
  leadOfScpNumber,
  parseExtraLead,
  parseLead,
  scpNumberOf,
} from './lead.js';

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
const EXTRA_NUMBERS = { V3R: 11, V4R: 12, V7: 9, V8: 66, V9: 67 } as const;

describe('leads by number', () => {
  test.each(LEAD_NAMES)('%s has one number in DICOM and SCP-ECG', (name) => {
    expect(parseLead(`2:${NUMBERS[name]}`)).toBe(name);
    expect(leadOfScpNumber(NUMBERS[name])).toBe(name);
    expect(scpNumberOf(name)).toBe(NUMBERS[name]);
  });

  test.each(EXTRA_LEAD_NAMES)('%s too, and it is none of the twelve', (name) => {
    expect(parseExtraLead(`2:${EXTRA_NUMBERS[name]}`)).toBe(name);
    expect(extraLeadOfScpNumber(EXTRA_NUMBERS[name])).toBe(name);
    expect(parseExtraLead(`MDC_ECG_LEAD_${name}`)).toBe(name);
    expect(parseLead(name)).toBeNull();
    expect(parseExtraLead('V1')).toBeNull();
  });

  test('other electrodes and a bare number are no lead of ours', () => {
    expect(parseLead('2:9')).toBeNull();
    expect(parseLead('3:1')).toBeNull();
    expect(parseLead('1')).toBeNull();
    expect(leadOfScpNumber(0)).toBeNull();
  });
});
