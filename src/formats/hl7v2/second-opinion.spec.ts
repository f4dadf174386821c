import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { ENVELOPE } from '../../../test/support/envelope.js';
import { decodeFakeFile, toFakeFile } from '../../../test/support/fake-file.js';
import { findPython } from '../../../test/support/find-python.js';
import { sampleReading } from '../../../test/support/reading.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { decodeOru } from './oru.js';
import { toOruEd } from './write-enclosed.js';
import { toOruW01 } from './write-waves.js';

const python = findPython('hl7');

const SCRIPT = `
import base64, json, sys
import hl7
message = hl7.parse(sys.stdin.buffer.read().decode('utf-8'))
for row in message.segments('OBX'):
    kind = str(row[2])
    if kind in ('NA', 'MA'):
        table = [[int(str(value[0])) for value in repetition] for repetition in row[5]]
        print(json.dumps(table if kind == 'NA' else [list(channel) for channel in zip(*table)]))
    if kind == 'ED':
        print(json.dumps(list(base64.b64decode(str(row[5][0][4][0])))))
`;

function asPythonReads(bytes: Uint8Array): unknown {
  const { stdout } = spawnSync(python ?? '', ['-c', SCRIPT], { input: bytes, encoding: 'utf8' });
  return JSON.parse(stdout);
}

const NAME = 'python-hl7 finds in a message what we find in it';
if (!python) process.stderr.write(`skipped: ${NAME} (no python3-hl7 here)\n`);

(python ? describe : describe.skip)(NAME, () => {
  const original = sampleReading({ count: 200, sampleRateHz: 100 });

  test.each(['NA', 'MA'] as const)('waveform rows of type %s', (type) => {
    const bytes = toOruW01(original, ENVELOPE, type);
    const message = parseMessage(bytes);
    if (!message.ok) throw new Error(message.failure.code);
    const read = decodeOru(message.value, decodeFakeFile);
    if (!read.ok) throw new Error(read.failure.code);
    const leads = read.value.ecg.leads.map(({ samples }) => [...samples]);
    expect(asPythonReads(bytes)).toEqual(leads);
  });

  test('a file inside', () => {
    const file = toFakeFile(original);
    const bytes = toOruEd(original, ENVELOPE, { bytes: file });
    const message = parseMessage(bytes);
    if (!message.ok) throw new Error(message.failure.code);
    let seen: Uint8Array = new Uint8Array();
    decodeOru(message.value, (inner) => {
      seen = inner;
      return decodeFakeFile(inner);
    });
    expect(asPythonReads(bytes)).toEqual([...seen]);
    expect([...seen]).toEqual([...file]);
  });
});
