import { beforeEach, describe, expect, test } from '@jest/globals';
import { ENVELOPE } from '../../../test/support/envelope.js';
import { memoryHall, type MemoryHall } from '../../../test/support/memory-hall.js';
import { sampleReading } from '../../../test/support/reading.js';
import { toOru } from '../../formats/hl7v2/write.js';
import { createHl7Door } from './door.js';

const MSH = 'MSH|^~\\&|REG|ED|LEADWIRE|HOSP|20260131||';
const ECG = Buffer.from(toOru(sampleReading({ count: 100, sampleRateHz: 100 }), ENVELOPE));

let hall: MemoryHall;
beforeEach(() => {
  hall = memoryHall();
});

/** MSA-1 and, where there is one, the error that it names. */
async function answerTo(text: string): Promise<string> {
  const door = createHl7Door({
    submit: (submission) => hall.submit(submission),
    recordAnswer: (receiptId, answer) => hall.recordAnswer(receiptId, answer),
    contentFaultAnswer: 'AA',
    now: Date.now,
  });
  const reply = await door.message(Buffer.from(text), { address: '127.0.0.1' });
  const segments = Buffer.from(reply.bytes ?? [])
    .toString()
    .split('\r');
  const field = (id: string, n: number) =>
    segments.find((one) => one.startsWith(`${id}|`))?.split('|')[n] ?? '';
  return `${field('MSA', 1)} ${field('ERR', 2)} ${field('ERR', 4)}`.trim();
}

const adt = (event: string, ...more: string[]): string =>
  [`${MSH}ADT^${event}|M2|P|2.6`, 'PID|1||9^^^HOSP^MR', ...more, ''].join('\r');

describe('words about earlier ECGs and patients at the HL7 door', () => {
  test('a merge of patients is kept as what it is; the rest of their feed is not ours: AA', async () => {
    expect(await answerTo(adt('A40', 'MRG|5^^^HOSP^MR'))).toBe('AA');
    expect(await answerTo(adt('A08'))).toBe('AA');
    expect(hall.kept.map(({ verdict }) => verdict)).toMatchObject([
      {
        outcome: 'notice',
        notice: { kind: 'merge', into: { value: '9' }, from: [{ value: '5' }] },
      },
      { outcome: 'not-ours' },
    ]);
  });

  test('a merge that cannot be followed is kept with its fault', async () => {
    expect(await answerTo(adt('A40', 'MRG|9^^^HOSP^MR'))).toBe('AA MRG^1^1 W');
    expect(hall.kept).toMatchObject([{ verdict: { outcome: 'at-fault' } }]);
  });

  test('an ECG that is taken back is kept as the word that it is, with its patient and time', async () => {
    expect(await answerTo(ECG.toString('utf8').replaceAll('|F|', '|X|'))).toBe('AA');
    expect(hall.kept).toMatchObject([
      {
        verdict: {
          outcome: 'notice',
          notice: { kind: 'withdrawal', patient: { value: 'MRN-5' }, namesEcg: true },
        },
      },
    ]);
  });
});
