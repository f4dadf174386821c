import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkLimbLeads } from '../../src/core/ecg/einthoven.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { toDicom } from '../../src/formats/dicom/write.js';
import { toScp } from '../../src/formats/scp/write.js';
import { findPython } from '../support/find-python.js';
import { sampleReading } from '../support/reading.js';
import { sharedPath } from '../support/shared.js';

/** What other people's programs read in the same files: theirs in ours, and ours in theirs. */
function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function describeWhere(isThere: boolean, name: string, suite: () => void): void {
  if (isThere) {
    describe(name, suite);
    return;
  }
  process.stderr.write(`skipped: ${name}\n`);
  describe.skip(name, suite);
}

const hasDcmtk = runs('dcmdump', '--version');
const python = findPython('pydicom', 'numpy') ?? '';
const hasPydicom = python !== '';
const hasBiosig = runs('save2gdf', '--help');
const recording = sharedPath('samples', 'dicom', 'twelve-lead.dcm');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadwire-formats-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function read(bytes: Uint8Array): Reading {
  const decoded = decodeEcg(bytes);
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

function output(command: string, ...args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  return done.stdout;
}

interface Waveforms {
  readonly name: string;
  readonly leads: readonly (readonly number[])[];
}

function asPydicomReads(path: string): Waveforms {
  return JSON.parse(output(python, 'test/conformance/read_waveforms.py', path)) as Waveforms;
}

/** The greatest difference of any sample, in microvolts. */
function farthest(reading: Reading, leads: Waveforms['leads']): number {
  expect(leads).toHaveLength(12);
  return Math.max(
    ...reading.ecg.leads.map(({ samples }, lead) => {
      const other = leads[lead] ?? [];
      expect(other).toHaveLength(samples.length);
      return other.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (samples[i] ?? NaN))),
        0,
      );
    }),
  );
}

describeWhere(recording !== null, 'a recording of an ELI 250 in DICOM', () => {
  const bytes = new Uint8Array(recording === null ? [] : readFileSync(recording));

  test('is read with its leads, its rate and its scale', () => {
    const { ecg, vendorStatements, vendorMeasurements } = read(bytes);
    expect(ecg).toMatchObject({ sampleRateHz: 1000, sampleCount: 10_000 });
    const whole = ecg.leads.filter(({ origin, to }) => origin === 'recorded' && to === 10_000);
    expect(whole).toHaveLength(12);
    expect(checkLimbLeads(ecg).map(({ agrees }) => agrees)).toEqual([true, true, true, true]);
    // It stores 1.25 uV a step and each lead for itself.
    expect(checkLimbLeads(ecg).every(({ errorMicrovolts }) => errorMicrovolts < 2.5)).toBe(true);
    expect(vendorStatements).toHaveLength(2);
    expect(vendorMeasurements).toMatchObject({ prMs: 161, qrsMs: 75, qtMs: 368, qtcMs: 370 });
  });

  (hasPydicom ? test : test.skip)('is read as pydicom reads it', () => {
    const theirs = asPydicomReads(recording ?? '');
    // Half a microvolt is our rounding.
    expect(farthest(read(bytes), theirs.leads)).toBeLessThanOrEqual(0.5);
    const ours = asPydicomReads(written('ours.dcm', toDicom(read(bytes))));
    expect(farthest(read(bytes), ours.leads)).toBe(0);
  });

  const forms = { implicit: '+ti', 'big endian': '+tb', open: '-e', 'without meta': '-F' };
  (hasDcmtk ? test : test.skip).each(Object.entries(forms))(
    'written anew by dcmconv, %s, is the same',
    (_, option) => {
      const path = join(folder, 'anew.dcm');
      output('dcmconv', option, recording ?? '', path);
      const anew = read(new Uint8Array(readFileSync(path)));
      expect(isDeepStrictEqual(anew, read(bytes))).toBe(true);
    },
  );
});

describeWhere(hasDcmtk, 'a DICOM file of ours, to dcmtk', () => {
  test('has no fault and says who', () => {
    const path = written('sample.dcm', toDicom(sampleReading()));
    const done = spawnSync('dcmdump', [path], { encoding: 'utf8' });
    expect(done.stderr).toBe('');
    expect(done.stdout).toContain('=TwelveLeadECGWaveformStorage');
    expect(done.stdout).toMatch(/\(0010,0020\) LO \[MRN-5\]/);
  });
});

describeWhere(hasPydicom, 'a DICOM file of ours, to pydicom', () => {
  test('has the same name and samples', () => {
    const reading = sampleReading();
    const theirs = asPydicomReads(written('sample.dcm', toDicom(reading)));
    expect(theirs.name).toBe("Doe|O'Hara^Müller");
    expect(farthest(reading, theirs.leads)).toBe(0);
  });
});

describeWhere(hasBiosig, 'an SCP-ECG record of ours, to BioSig', () => {
  test.each([
    ['plain', false],
    ['Huffman', true],
  ])('has the same samples, %s', (name, compress) => {
    const reading = sampleReading({ count: 2000 });
    const path = written(`${name}.scp`, toScp(reading, { compress }));
    output('save2gdf', '-f=ASCII', path, join(folder, name));
    const leads = reading.ecg.leads.map((_, lead) => {
      const part = join(folder, `${name}.a${`${lead + 1}`.padStart(2, '0')}`);
      return readFileSync(part, 'utf8').trim().split(/\s+/).map(Number);
    });
    expect(farthest(reading, leads)).toBe(0);
  });

  test('has the same patient and rate', () => {
    const path = written('who.scp', toScp(sampleReading()));
    const said = output('save2gdf', '-JSON', path);
    expect(said).toMatch(/"Id"\s*: "MRN-5"/);
    expect(said).toMatch(/"Gender"\s*: "Female"/);
    expect(said).toMatch(/"TimezoneMinutesEastOfUTC"\s*: -330/);
    expect(said).toMatch(/"Samplingrate"\s*: 500\.0/);
  });
});
