import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { memoryHall, type MemoryHall } from '../../../test/support/memory-hall.js';
import { sampleReading } from '../../../test/support/reading.js';
import { silentLog, type LogEvent } from '../../core/log.js';
import { toOruW01 } from '../../formats/hl7v2/write-waves.js';
import { toOru } from '../../formats/hl7v2/write.js';
import { frame, Framer } from '../../wire/hl7v2/framer.js';
import type { MllpServer } from '../../wire/mllp/server.js';
import type { AuditEntry } from '../../ledger/audit.js';
import { createRefusals } from '../refusals.js';
import { openHl7Listener, type Hl7ListenerOptions } from './listener.js';
import { ENVELOPE } from '../../../test/support/envelope.js';

const READING = sampleReading({ count: 100, sampleRateHz: 100 });
const ECG = Buffer.from(toOru(READING, ENVELOPE)).toString('utf8');
const W01 = Buffer.from(toOruW01(READING, ENVELOPE)).toString('utf8');
const MSH = 'MSH|^~\\&|CART|ED|LEADWIRE|HOSP|20260131||ORU^R01^ORU_R01|M2|P|2.6';
const GLUCOSE = `${MSH}\rPID|||1\rOBR|1\rOBX|1|NM|2345-7^Glucose^LN||95|mg/dL\r`;
const NAN = ECG.replace(/(NA\|131333[^|]*\|[^|]*\|)[^^]*/, '$1NaN');
const without = (code: number): string =>
  ECG.split('\r')
    .filter((segment) => !segment.includes(`|${code}^`))
    .join('\r');

let hall: MemoryHall;
let server: MllpServer;
const sockets: Socket[] = [];
const logged: LogEvent[] = [];

async function open(options: Partial<Hl7ListenerOptions> = {}): Promise<void> {
  server = await openHl7Listener({
    host: '127.0.0.1',
    port: 0,
    submit: (submission) => hall.submit(submission),
    recordAnswer: (receiptId, answer) => hall.recordAnswer(receiptId, answer),
    contentFaultAnswer: 'AA',
    now: Date.now,
    log: (event) => {
      logged.push(event);
    },
    ...options,
  });
}

beforeEach(() => {
  hall = memoryHall();
  logged.length = 0;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close(200);
});

/** Sends messages over one connection and returns as many answers as are asked for. */
async function sent(messages: readonly (string | Buffer)[], answers = messages.length) {
  const socket = connect({ host: '127.0.0.1', port: server.port });
  sockets.push(socket);
  await once(socket, 'connect');
  const framer = new Framer();
  const received: string[] = [];
  socket.write(Buffer.concat(messages.map((one) => frame(Buffer.from(one as string)))));
  while (received.length < answers) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    for (const event of framer.push(chunk)) {
      if (event.kind === 'frame') received.push(Buffer.from(event.bytes).toString('latin1'));
    }
  }
  return received;
}

async function answerTo(message: string | Buffer): Promise<string> {
  const [answer = ''] = await sent([message]);
  return answer;
}

/** MSA-1, MSA-2 and of ERR the place, the code and the severity (all in ERR-1 before 2.5). */
function gist(answer: string): string {
  const segments = answer.split('\r').map((segment) => segment.split('|'));
  const msa = segments.find(([id]) => id === 'MSA') ?? [];
  const err = segments.find(([id]) => id === 'ERR');
  const error = err ? [err[1] || err[2], err[3]?.split('^')[0], err[4]] : [];
  return [msa[1], msa[2], ...error].join(' ').trim();
}

describe('HL7 v2 door, by the table of answers', () => {
  test('an ECG we can use: AA, kept as an ECG', async () => {
    await open();
    expect(gist(await answerTo(ECG))).toBe('AA M1');
    expect(hall.kept).toMatchObject([
      {
        arrival: { door: 'mllp', sender: 'CART|ED', messageId: 'M1' },
        verdict: { outcome: 'ecg', ecg: { production: true, format: 'hl7v2-oru' } },
      },
    ]);
  });

  test('the waveform result of version 2.3: AA, kept as an ECG', async () => {
    await open();
    expect(gist(await answerTo(W01))).toBe('AA M1');
    expect(hall.kept).toMatchObject([
      { verdict: { outcome: 'ecg', ecg: { format: 'hl7v2-w01' } } },
    ]);
  });

  test('an ECG we can use, in enhanced mode: CA', async () => {
    await open();
    const enhanced = ECG.replace('|2.6||||', '|2.6|||AL|NE');
    expect(gist(await answerTo(enhanced))).toBe('CA M1');
  });

  test('no ECG inside: AA without an error, kept as not ours', async () => {
    await open();
    expect(gist(await answerTo(GLUCOSE))).toBe('AA M2');
    expect(hall.kept).toMatchObject([{ verdict: { outcome: 'not-ours' } }]);
  });

  test.each([
    ['NaN among the samples', NAN, 'OBX^18^5 102'],
    ['eleven leads', without(131334), ' 101'],
    ['truncated', ECG.slice(0, ECG.length / 2), 'OBX^14^4 102'],
    ['an unknown unit', ECG.replaceAll('266419^MDC_DIM_MICRO_VOLT', '1^FURLONG'), 'OBX^2^6 103'],
    ['an unknown encoding', `${MSH}\rOBX|1|NA|1&WAV||1^2\r`, 'OBX^1^3 103'],
  ])('content at fault (%s): AA with a warning, kept with its reason', async (_, text, error) => {
    await open();
    const id = text.startsWith(MSH) ? 'M2' : 'M1';
    expect(gist(await answerTo(text))).toBe(`AA ${id} ${error} W`);
    expect(hall.kept).toMatchObject([{ verdict: { outcome: 'at-fault' } }]);
  });

  test('content at fault where the site wants it told: AE or AR', async () => {
    await open({ contentFaultAnswer: 'AE' });
    expect(gist(await answerTo(NAN))).toBe('AE M1 OBX^18^5 102 E');
    await server.close(200);
    await open({ contentFaultAnswer: 'AR' });
    expect(gist(await answerTo(NAN.replace('|M1|', '|M4|')))).toBe('AR M4 OBX^18^5 102 E');
  });

  test.each([
    ['no MSH', 'PID|||1\r', 'AR   101 E'],
    ['empty', '', 'AR   101 E'],
    [
      'version 2.2',
      ECG.replace('|2.6|', '|2.2|'),
      'AR M1 MSH^1^12^203&Unsupported version id&HL70357',
    ],
    ['version 3', ECG.replace('|2.6|', '|3.0|'), 'AR M1 MSH^1^12 203 E'],
    ['character set', ECG.replace('UNICODE UTF-8', 'ISO IR87'), 'AR M1 MSH^1^18 101 E'],
    ['message type', ECG.replace('ORU^R01^ORU_R01', 'ORM^O01'), 'AR M1 MSH^1^9^1^1 200 E'],
    ['event', ECG.replace('ORU^R01^ORU_R01', 'ORU^R99'), 'AR M1 MSH^1^9^1^2 201 E'],
    ['delimiters', ECG.replace('MSH|^~\\&|', 'MSH|^^^^|'), 'AR M1 MSH^1^2 100 E'],
  ])('header not usable (%s): AR, kept as refused', async (_, text, expected) => {
    await open();
    expect(gist(await answerTo(text))).toBe(expected);
    expect(hall.kept).toMatchObject([{ verdict: { outcome: 'refused' } }]);
  });

  test('header not usable, in enhanced mode: CR', async () => {
    await open();
    const text = ECG.replace('|2.6||||', '|2.9|||AL|NE');
    expect(gist(await answerTo(text))).toBe('CR M1 MSH^1^12 203 E');
  });

  test('too large: AR with the id that could still be seen, its beginning kept', async () => {
    await open({ frameBytesMax: 2000 });
    expect(gist(await answerTo(ECG))).toBe('AR M1  102 E');
    expect(hall.kept).toMatchObject([
      { verdict: { outcome: 'refused', failure: { code: 'message-too-large' } } },
    ]);
    expect(gist(await answerTo(GLUCOSE))).toBe('AA M2');
  });

  test.each(['ledger-away', 'ledger-full', 'row-missing'] as const)(
    'not stored (%s): AE 207, nothing kept, and AA when sent again later',
    async (code) => {
      await open();
      hall.breakWith(code);
      expect(gist(await answerTo(ECG))).toBe('AE M1  207 E');
      expect(gist(await answerTo('PID|||1\r'))).toBe('AE   207 E');
      hall.breakWith(null);
      expect(hall.kept).toHaveLength(0);
      expect(gist(await answerTo(ECG))).toBe('AA M1');
    },
  );
});

describe('HL7 v2 door', () => {
  test('an answer leaves only after the commit', async () => {
    await open();
    let committed = false;
    hall.onCommit = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      committed = true;
    };
    await answerTo(ECG);
    expect(committed).toBe(true);
  });

  test('a repeat gets the first answer again, byte for byte', async () => {
    await open();
    const [first, again] = await sent([ECG, ECG]);
    expect(again).toBe(first);
    expect(await answerTo(ECG)).toBe(first);
    expect(hall.kept.map(({ accepted }) => accepted.outcome)).toEqual(['ecg', 'repeat', 'repeat']);
    const fault = await answerTo(NAN.replace('|M1|', '|M9|'));
    expect(await answerTo(NAN.replace('|M1|', '|M9|'))).toBe(fault);
  });

  test('the same id with other content is answered for itself', async () => {
    await open();
    const [first, other] = await sent([ECG, ECG.replace('Doe', 'Roe')]);
    expect(gist(other ?? '')).toBe('AA M1');
    expect(other).not.toBe(first);
    expect(hall.kept[1]?.accepted.sameIdOtherContent).toBe(true);
  });

  test('a sender that wants no answer gets none, and its next message its own', async () => {
    await open();
    const quiet = ECG.replace('|2.6||||', '|2.6|||NE|NE');
    const answers = await sent([quiet, GLUCOSE], 1);
    expect(answers.map(gist)).toEqual(['AA M2']);
    expect(hall.kept).toHaveLength(2);
  });

  test('messages without an id are never taken for repeats of each other', async () => {
    await open();
    const nameless = ECG.replace('|M1|', '||');
    const answers = await sent([nameless, nameless]);
    expect(answers.map(gist)).toEqual(['AA', 'AA']);
    expect(hall.kept.map(({ arrival }) => arrival.messageId)).toEqual([null, null]);
    expect(hall.kept.map(({ accepted }) => accepted.outcome)).toEqual(['ecg', 'ecg']);
  });

  test('tests and training messages are marked', async () => {
    await open();
    for (const id of ['T', 'D', '']) await answerTo(ECG.replace('|P|2.6', `|${id}|2.6`));
    expect(hall.kept.map(({ verdict }) => verdict)).toMatchObject(
      Array(3).fill({ outcome: 'ecg', ecg: { production: false } }),
    );
  });

  test('every message of a batch is kept and answered in one batch', async () => {
    await open();
    const batch = `FHS|^~\\&\rBHS|^~\\&\r${ECG}${GLUCOSE}${NAN.replace('|M1|', '|M3|')}BTS|3\rFTS|1\r`;
    const answer = await answerTo(batch);
    expect(answer).toMatch(/^BHS\|/);
    expect(answer).toMatch(/\rBTS\|3\r$/);
    expect(answer.match(/\rMSA\|[^\r]*/g)).toEqual(['\rMSA|AA|M1', '\rMSA|AA|M2', '\rMSA|AA|M3']);
    expect(hall.kept.map(({ verdict }) => verdict.outcome)).toEqual([
      'ecg',
      'not-ours',
      'at-fault',
    ]);
    expect(gist(await answerTo('BHS|^~\\&\rBTS|0\r'))).toBe('AR   101 E');
  });

  test('Latin-1 and GB 18030 names arrive as they were written', async () => {
    await open();
    const named = (charset: string, name: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(ECG.slice(0, ECG.indexOf('\rPID')).replace('UNICODE UTF-8', charset)),
        Buffer.from('\rPID|||5^^^A||'),
        name,
        Buffer.from(`^X${ECG.slice(ECG.indexOf('\rPV1'))}`),
      ]);
    await answerTo(named('8859/1', Buffer.from('M\xfcller', 'latin1')));
    // U+738B (the family name Wang) is 0xCD 0xF5 in GB 18030.
    await answerTo(named('GB 18030-2000', Buffer.from([0xcd, 0xf5])));
    expect(hall.kept.map(({ verdict }) => verdict)).toMatchObject([
      { ecg: { patient: { name: { family: 'Müller' } } } },
      { ecg: { patient: { name: { family: '王' } } } },
    ]);
  });

  test('what happens at the door is logged', async () => {
    await open({ allowedAddresses: ['192.0.2.1'] });
    const socket = connect({ host: '127.0.0.1', port: server.port });
    await once(socket, 'close');
    await server.close(100);
    expect(logged).toEqual(['doorOpened', 'connectionRefused', 'doorClosed']);
  });

  test('who is turned away, and with what, is in the audit', async () => {
    const audited: AuditEntry[] = [];
    const record = (entry: AuditEntry) => Promise.resolve(void audited.push(entry));
    const refusals = createRefusals({ audit: { record }, log: silentLog, now: Date.now });
    await open({ refusals, allowedAddresses: ['192.0.2.1'] });
    const socket = connect({ host: '127.0.0.1', port: server.port });
    await once(socket, 'close');
    await server.close(100);
    await open({ refusals });
    await answerTo(ECG.replace('ORU^R01^ORU_R01', 'ORM^O01'));
    const who = { actor: 'mllp', outcome: 'refused', address: '127.0.0.1' };
    expect(audited).toEqual([
      { ...who, action: 'connection refused: address-not-allowed', subject: 'mllp' },
      { ...who, action: 'message refused: message-type-not-taken', subject: expect.any(String) },
    ]);
  });
});
