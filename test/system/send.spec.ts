import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toObservation } from '../../src/formats/fhir/write.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { sampleReading } from '../support/reading.js';

/** `leadwire send`, as built, against the EHR's doors and folders: doors that need no service. */
let ehr: SandboxEhr;
let folder: string;

beforeAll(async () => {
  ehr = await startSandboxEhr({ inboxPort: 0 });
  folder = mkdtempSync(join(tmpdir(), 'leadwire-send-'));
});
afterAll(async () => {
  await ehr.close();
  rmSync(folder, { recursive: true, force: true });
});

const MS_MAX = 60_000;

async function send(...args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/main.js', 'send', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), MS_MAX);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, lines: out.split('\n').filter((line) => line !== ''), err };
}

const inbox = (): string => `127.0.0.1:${ehr.inbox?.port ?? 0}`;
const textOf = (at: number): string =>
  Buffer.from(ehr.inbox?.messages.at(at)?.bytes ?? []).toString('utf8');

describe('leadwire send', () => {
  test(
    'sends simulated ECGs by MLLP, one line an answer',
    async () => {
      const sent = await send(
        '--case',
        'omi-rca',
        '--count',
        '2',
        '--to',
        inbox(),
        '--patient',
        'HOSP|77',
        '--age',
        '61',
      );
      expect({ code: sent.code, err: sent.err }).toEqual({ code: 0, err: '' });
      expect(sent.lines).toHaveLength(2);
      expect(sent.lines[0]).toMatch(/^occlusion, RCA, 61 (male|female) by MLLP: AA$/);
      expect(textOf(-1)).toContain('PID|||77^^^HOSP^MR');
    },
    MS_MAX,
  );

  test(
    'says what is refused, and ends with 1',
    async () => {
      ehr.trouble({ only: 'inbox', status: 400, times: 1 });
      const sent = await send('--case', 'paced', '--count', '2', '--to', inbox());
      expect(sent.code).toBe(1);
      expect(sent.lines[0]).toMatch(/by MLLP: AR, error: trouble was asked for$/);
      expect(sent.lines[1]).toMatch(/by MLLP: AA$/);
    },
    MS_MAX,
  );

  test(
    'sends a message file as it is',
    async () => {
      const path = join(folder, 'message.hl7');
      const text = 'MSH|^~\\&|A|B|C|D|20260101||ORU^R01|FILE1|P|2.3\rPID|||5\r';
      writeFileSync(path, text);
      const sent = await send(path, '--to', inbox());
      expect([sent.code, sent.lines]).toEqual([0, [`${path} by MLLP: AA`]]);
      expect(textOf(-1)).toBe(text);
    },
    MS_MAX,
  );

  test(
    'files an ECG in the EHR, and one from a file',
    async () => {
      const path = join(folder, 'ecg.json');
      writeFileSync(
        path,
        JSON.stringify(toObservation(sampleReading({ count: 500, sampleRateHz: 100 }))),
      );
      const one = await send(path, '--by', 'fhir', '--to', ehr.url);
      expect(one.code).toBe(0);
      expect(one.lines[0]).toMatch(/by EHR subscription: 200, at Observation\/\d+\/_history\/1$/);
      expect(ehr.store.all('Observation')).toHaveLength(1);
    },
    MS_MAX,
  );

  test(
    'writes into a folder',
    async () => {
      const out = join(folder, 'out');
      const sent = await send('--case', 'normal', '--by', 'folder', '--to', out);
      expect(sent.code).toBe(0);
      expect(readdirSync(out)).toEqual([expect.stringMatching(/^ecg-.*\.hl7$/)]);
    },
    MS_MAX,
  );

  test(
    'tells of what is not there',
    async () => {
      const absent = join(folder, 'absent.hl7');
      const sent = await send(absent, '--to', inbox());
      expect(sent.code).toBe(1);
      expect(sent.lines[0]).toContain(`${absent}: not sent, ENOENT`);
      const dead = await send('--case', 'normal', '--to', '127.0.0.1:1');
      expect(dead.code).toBe(1);
      expect(dead.lines[0]).toContain('no answer');
    },
    MS_MAX,
  );

  test.each([
    [[], 'Name files, or a --case'],
    [['--case', 'cold'], 'there is no case cold'],
    [['--case', 'normal', '--by', 'pigeon'], '--by is one of'],
    [['--case', 'normal', '--by', 'fhir'], '--by fhir needs --to'],
    [['--case', 'normal', '--count', '0'], '--count is a whole number'],
    [['--case', 'normal', '--patient', '12345'], "--patient reads 'AUTHORITY|ID'"],
    [['--colour'], "Unknown option '--colour'"],
  ])(
    'refuses %j',
    async (args, told) => {
      const { code, err } = await send(...args);
      expect(code).toBe(1);
      expect(err).toContain(told);
    },
    MS_MAX,
  );
});
