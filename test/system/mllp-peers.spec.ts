import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { openHl7Listener } from '../../src/ingest/hl7v2/listener.js';
import type { MllpServer } from '../../src/wire/mllp/server.js';
import { memoryHall, type MemoryHall } from '../support/memory-hall.js';
import { sampleReading } from '../support/reading.js';
import { sharedPath } from '../support/shared.js';

const run = promisify(execFile);

/** Other people's senders at our door; each is skipped by name where it is absent. */
const HAPI = sharedPath('rigs', 'hapi', 'mllp-send.sh');
const PYTHON_HL7 = 'mllp_send';
const BUILD_MS_MAX = 300_000;

function works(file: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore', timeout: BUILD_MS_MAX });
    return true;
  } catch {
    return false;
  }
}

const hasHapi = HAPI !== null && works(HAPI.replace(/mllp-send\.sh$/, 'build.sh'), '--where');
const hasPython = works(PYTHON_HL7, '--version') || works(PYTHON_HL7, '--help');

let folder = '';
let hall: MemoryHall;
let server: MllpServer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadwire-peers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  hall = memoryHall();
  server = await openHl7Listener({
    host: '127.0.0.1',
    port: 0,
    submit: (submission) => hall.submit(submission),
    recordAnswer: (receiptId, answer) => hall.recordAnswer(receiptId, answer),
    contentFaultAnswer: 'AA',
    now: Date.now,
    log: () => undefined,
  });
});
afterEach(async () => {
  await server.close(500);
});

function messageFile(name: string, controlId: string, count = 1000, version = '2.6'): string {
  const path = join(folder, name);
  const bytes = toOru(sampleReading({ count, sampleRateHz: 500 }), {
    controlId,
    sendingApplication: 'CART',
    sendingFacility: 'ED',
    receivingApplication: 'LEADWIRE',
    receivingFacility: 'HOSP',
    sentAt: '20260131120000',
    version,
  });
  writeFileSync(path, bytes);
  return path;
}

(hasHapi ? describe : describe.skip)('HAPI HL7 v2 sends', () => {
  const send = async (...files: readonly string[]): Promise<string> => {
    const { stdout } = await run(HAPI ?? '', ['--port', `${server.port}`, ...files]);
    return stdout;
  };

  test('ECGs of several versions over one connection, and each is acknowledged', async () => {
    const versions = ['2.3', '2.4', '2.5.1', '2.6'];
    const files = versions.map((version) =>
      messageFile(`h${version}`, `H${version}`, 1000, version),
    );
    const stdout = await send(...files);
    for (const version of versions) expect(stdout).toContain(`AA H${version}`);
    expect(hall.kept.map(({ verdict }) => verdict.outcome)).toEqual(versions.map(() => 'ecg'));
  }, 60_000);

  test('a long message, and it arrives whole', async () => {
    expect(await send(messageFile('long', 'L1', 40_000))).toContain('AA L1');
    expect(hall.kept[0]?.arrival.bytes.length).toBeGreaterThan(1_500_000);
    expect(hall.kept[0]?.verdict).toMatchObject({ ecg: { ecg: { sampleCount: 40_000 } } });
  }, 60_000);

  test('a message at fault, and it understands the warning', async () => {
    const path = messageFile('fault', 'F1');
    const broken = toOru(sampleReading(), {
      controlId: 'F1',
      sendingApplication: 'CART',
      sendingFacility: 'ED',
      receivingApplication: 'LEADWIRE',
      receivingFacility: 'HOSP',
      sentAt: '20260131120000',
    });
    writeFileSync(
      path,
      Buffer.from(broken).toString().replaceAll('MICRO_VOLT', 'FURLONG').replaceAll('266419', '1'),
    );
    const stdout = await send(path);
    expect(stdout).toContain('AA F1');
    expect(stdout).toMatch(/ERR\|.*103.*W/);
  }, 60_000);
});

(hasPython ? describe : describe.skip)('python-hl7 sends', () => {
  test('an ECG, and reads the answer', async () => {
    const args = ['--loose', '--file', messageFile('p1', 'P1'), '--port', `${server.port}`];
    const { stdout } = await run(PYTHON_HL7, [...args, '127.0.0.1']);
    expect(stdout).toContain('MSA|AA|P1');
    expect(hall.kept.map(({ verdict }) => verdict.outcome)).toEqual(['ecg']);
  }, 60_000);
});
