import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeWithPython } from '../../../test/support/python.js';
import { sharedPath } from '../../../test/support/shared.js';
import { checkLimbLeads } from '../../core/ecg/einthoven.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeFile } from '../files.js';

const FILES = ['sierra-1.03.xml', 'sierra-1.04.xml'] as const;
const STEP_MICROVOLTS = 5;

const pathOf = (file: string) => sharedPath('samples', 'philips-sierra', file);

function read(file: string): Reading {
  const decoded = decodeFile(readFileSync(pathOf(file) ?? ''));
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

const arePresent = FILES.every((file) => pathOf(file) !== null);
if (!arePresent) process.stderr.write('skipped: recordings of Philips cardiographs (none here)\n');

(arePresent ? describe : describe.skip)('recordings of Philips cardiographs', () => {
  test.each([
    ['sierra-1.03.xml', 5264, 'HeartstartMRx'],
    ['sierra-1.04.xml', 5300, 'PageWriter Touch'],
  ])('%s has twelve leads up to where its calibration begins', (file, sampleCount, model) => {
    const { ecg } = read(file);
    expect(ecg).toMatchObject({ sampleRateHz: 500, sampleCount, device: { model } });
    expect(ecg.leads.every(({ origin, to }) => origin === 'recorded' && to === sampleCount)).toBe(
      true,
    );
  });

  test.each(FILES)('%s obeys Einthoven and Goldberger within its steps', (file) => {
    const checks = checkLimbLeads(read(file).ecg);
    expect(checks.length).toBe(4);
    for (const { errorMicrovolts } of checks) {
      expect(errorMicrovolts).toBeLessThanOrEqual(STEP_MICROVOLTS);
    }
  });

  test('what they say beside their samples is kept', () => {
    expect(read('sierra-1.03.xml')).toMatchObject({
      acquired: { local: '2011-12-01T07:27:34.000', offsetMinutes: null },
      ecg: { patient: { ageYears: 50, sex: 'male' } },
      vendorMeasurements: { heartRateBpm: 41, qrsMs: 135, qtcMs: 393, qrsAxisDegrees: -21 },
    });
    expect(read('sierra-1.03.xml').vendorStatements).toContain('>>> Acute MI <<<');
    expect(read('sierra-1.04.xml')).toMatchObject({
      birthDate: '1950-01-01',
      ecg: { filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: null } },
      vendorMeasurements: { heartRateBpm: 84, qtMs: 352, tAxisDegrees: 67 },
    });
  });
});

const SECOND_READER = `
import json, sys, sierraecg
leads = sierraecg.read_file(sys.argv[1]).leads
print(json.dumps({lead.label: [int(value) for value in lead.samples] for lead in leads}))`;

if (arePresent) {
  describeWithPython('sierraecg', 'sierraecg reads the same recordings', (run) => {
    test.each(FILES)('%s alike, every sample of every lead', (file) => {
      const steps = run(SECOND_READER, pathOf(file) ?? '') as Record<string, number[]>;
      for (const { name, samples } of read(file).ecg.leads) {
        const theirs = steps[name]?.slice(0, samples.length).map((step) => step * STEP_MICROVOLTS);
        expect(Array.from(samples)).toEqual(theirs);
      }
    });
  });
}
