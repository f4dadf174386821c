import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWithPython, type RunPython } from '../../../test/support/python.js';
import { sampleReading } from '../../../test/support/reading.js';
import { sharedPath } from '../../../test/support/shared.js';
import { MISSING, type Ecg } from '../../core/ecg/ecg.js';
import { parseLead } from '../../core/ecg/lead.js';
import { decodeFile } from '../files.js';
import { toWfdb } from './write.js';

/** Physical values in millivolts, null where a sample is missing. */
const READ = `
import json, sys, numpy as np, wfdb
def leads(path):
    record = wfdb.rdrecord(path)
    assert set(record.units) == {'mV'}
    rows = record.p_signal.T
    return {name: [None if np.isnan(v) else float(v) for v in row] for name, row in zip(record.sig_name, rows)}
print(json.dumps([leads(path) for path in sys.argv[1:]]))`;

const WRITE = `
import json, sys, numpy as np, wfdb
t = np.arange(1200)
names = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
values = np.stack([0.9 * np.sin(t / (7 + k)) + 0.01 * k for k in range(8)], axis=1)
values[100:110, 3] = np.nan
for fmt in ['16', '212', '24', '32', '80']:
    wfdb.wrsamp('theirs' + fmt, fs=500, units=['mV'] * 8, sig_name=names, p_signal=values, fmt=[fmt] * 8,
                comments=['Age: 63', 'Sex: F'], write_dir=sys.argv[1])
print(json.dumps(True))`;

type Values = Record<string, (number | null)[]>;

function decode(path: string): Ecg {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const decoded = decodeFile(readFileSync(`${path}.hea`), {
    sibling: (name) => readFileSync(join(folder, name)),
  });
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value.ecg;
}

/** Every sample that they have, to the microvolt that it is rounded to. */
function expectSame(ecg: Ecg, theirs: Values): void {
  let compared = 0;
  for (const [name, values] of Object.entries(theirs)) {
    const ours = ecg.leads.find((lead) => lead.name === parseLead(name))?.samples ?? [];
    const expected = values.map((value) => (value === null ? MISSING : value * 1000));
    expect(ours.length).toBe(expected.length);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - (ours[i] as number))));
    expect(worst).toBeLessThanOrEqual(0.5 + 1e-6);
    compared += 1;
  }
  expect(compared).toBeGreaterThanOrEqual(8);
}

function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-wfdb-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWithPython('wfdb', 'the WFDB package of Python agrees', (run: RunPython) => {
  const ludb = sharedPath('data', 'ludb', 'data');
  (ludb === null ? test.skip : test)('on records of LUDB', () => {
    const paths = [1, 8, 50, 66, 111, 150, 199]
      .map((id) => join(ludb ?? '', String(id)))
      .filter((path) => sharedPath('data', 'ludb', 'data', `${path.split('/').at(-1)}.hea`));
    expect(paths.length).toBeGreaterThan(2);
    const theirs = run(READ, ...paths) as Values[];
    for (const [i, path] of paths.entries()) expectSame(decode(path), theirs[i] as Values);
  });

  test('on what we write', () => {
    inFolder((folder) => {
      const reading = sampleReading({ count: 1001, leads: 12 });
      (reading.ecg.leads[9]?.samples as Int16Array).fill(MISSING, 20, 30);
      const formats = [16, 212] as const;
      const paths = formats.map((format) => {
        const { header, signal } = toWfdb(reading, `ours${format}`, format);
        writeFileSync(join(folder, `ours${format}.hea`), header);
        writeFileSync(join(folder, `ours${format}.dat`), signal);
        return join(folder, `ours${format}`);
      });
      for (const theirs of run(READ, ...paths) as Values[]) expectSame(reading.ecg, theirs);
    });
  });

  test('on what it writes', () => {
    inFolder((folder) => {
      run(WRITE, folder);
      const paths = [16, 212, 24, 32, 80].map((format) => join(folder, `theirs${format}`));
      const theirs = run(READ, ...paths) as Values[];
      for (const [i, path] of paths.entries()) {
        const ecg = decode(path);
        expect(ecg.patient).toEqual({ ageYears: 63, sex: 'female' });
        expectSame(ecg, theirs[i] as Values);
      }
    });
  });
});
