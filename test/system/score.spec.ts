import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toObservation } from '../../src/formats/fhir/write.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { leadOf } from '../../src/core/ecg/ecg.js';
import { simulateEcg } from '../support/simulated.js';
import { ENVELOPE } from '../support/envelope.js';
import { sampleReading } from '../support/reading.js';
import { temporaryFolder } from '../support/service.js';

/** `leadwire score` as built, in a process of its own. */
function score(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/main.js', 'score', ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return { status, out: stdout, err: stderr };
}

interface Line {
  readonly file: string;
  readonly refused?: { readonly code: string };
  readonly read?: { readonly format: string; readonly patient: { readonly ageYears: number } };
  readonly findings?: readonly unknown[];
}

const ecg = simulateEcg({ seed: 4, condition: 'inferior-occlusion', ageYears: 60, sex: 'male' });
const reading = sampleReading({ more: { ecg, vendorStatements: ['SINUS RHYTHM'] } });
const oru = toOru(reading, ENVELOPE);

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

beforeAll(() => {
  mkdirSync(at('ecgs/below'), { recursive: true });
  writeFileSync(at('ecgs/a.json'), JSON.stringify(toObservation(reading)));
  writeFileSync(at('ecgs/below/b.hl7'), oru);
  writeFileSync(at('ecgs/c.txt'), 'not an ECG');
  writeFileSync(at('ecgs/.hidden'), oru);
});
afterAll(() => {
  folder.remove();
});

describe('leadwire score', () => {
  test('prints what was read, measured and found, and writes the ECG in microvolts', () => {
    const { status, out } = score(
      at('ecgs/a.json'),
      ...[
        '--ecg-out',
        at('one.json'),
        '--png',
        at('one.png'),
        '--svg',
        at('one.svg'),
        '--age',
        '63',
      ],
    );
    expect(status).toBe(0);
    for (const words of [
      'fhir-observation',
      '500 Hz, 10.0 s, 12 leads (III, aVR, aVL, aVF derived)',
      '2026-01-31 11:59:00 (UTC-5:30)',
      'MRN-5 (urn:oid:1.2.3.4), 63 years, male',
      'SINUS RHYTHM',
      'ST at J, mm',
      'not a cleared medical device',
    ]) {
      expect(out).toContain(words);
    }
    const written = JSON.parse(readFileSync(at('one.json'), 'utf8')) as {
      sampleRateHz: number;
      leads: Record<string, number[]>;
    };
    expect(written.sampleRateHz).toBe(500);
    expect(written.leads['III']).toEqual([...leadOf(ecg, 'III').samples]);
    expect(Object.keys(written.leads)).toHaveLength(12);
    expect(readFileSync(at('one.svg'), 'utf8')).toMatch(/^<svg |^<\?xml/);
    expect(readFileSync(at('one.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  test('takes a folder, one line of JSON a file in the order of names, and exits 2 for a refusal', () => {
    const { status, out, err } = score(at('ecgs'), '--json', '--ecg-out', at('many'));
    expect(status).toBe(2);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.map(({ file }) => file)).toEqual(
      ['ecgs/a.json', 'ecgs/below/b.hl7', 'ecgs/c.txt'].map(at),
    );
    expect(lines[0]?.read?.format).toBe('fhir-observation');
    expect(lines[1]?.read?.format).toBe('hl7v2-oru');
    expect(lines[1]?.findings?.length).toBeGreaterThan(0);
    expect(lines[2]?.refused?.code).toBe('encoding-unknown');
    expect(err).toContain('3 of 3 files');
    expect(existsSync(at('many/a.json.json')) && existsSync(at('many/below/b.hl7.json'))).toBe(
      true,
    );
  });

  test('says in one line why a file is refused', () => {
    const { status, out, err } = score(at('ecgs/c.txt'));
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/c\.txt: refused \(encoding-unknown\): [^\n]+\n$/);
  });

  test.each(['--ecg-out', '--png', '--svg'])('says in one line what %s cannot write', (option) => {
    const { status, err } = score(at('ecgs/a.json'), option, at('ecgs/c.txt/one'));
    expect(status).toBe(2);
    expect(err).toMatch(/one: cannot be written \(\w+\)\n$/);
    expect(err).not.toContain(' at ');
  });

  test('tells a call that cannot be carried out from a file that is refused', () => {
    expect(score(at('nowhere')).status).toBe(1);
    expect(score('--sex', 'other', at('ecgs/a.json'))).toMatchObject({
      status: 1,
      err: expect.stringContaining('--sex is male or female') as unknown,
    });
    expect(score().status).toBe(1);
    expect(score('--help')).toMatchObject({ status: 0, err: '' });
  });

  test('measures without networks where none can be used, and says so', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['dist/main.js', 'score', at('ecgs/a.json')],
      { encoding: 'utf8', env: { LEADWIRE_MODELS_DIR: at('ecgs') } },
    );
    expect(status).toBe(0);
    expect(stderr).toContain('No network can be used');
    expect(stdout).toContain('none: no network answered');
    expect(stdout).toContain('ST at J, mm');
  });
});
