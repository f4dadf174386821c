import { describe, expect, test } from '@jest/globals';
import { BATCH_MESSAGES_MAX, batchOf, unbatch } from './batch.js';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function messagesIn(text: string): string[] {
  const found = unbatch(bytesOf(text));
  return found.kind === 'batch'
    ? found.messages.map((one) => Buffer.from(one).toString('latin1'))
    : [found.kind];
}

describe('HL7 v2 batch', () => {
  test('a message that stands alone is no batch', () => {
    expect(messagesIn('MSH|^~\\&|A\rPID|1\r')).toEqual(['message']);
    expect(messagesIn('nothing')).toEqual(['message']);
    expect(messagesIn('')).toEqual(['message']);
  });

  test('every message of a batch comes out whole, whatever ends a line', () => {
    for (const end of ['\r', '\n']) {
      const one = ['MSH|^~\\&|A', 'PID|1', ''].join(end);
      const two = ['MSH|^~\\&|B', ''].join(end);
      const heads = ['FHS|^~\\&', 'BHS|^~\\&', ''].join(end);
      const tails = ['BTS|2', 'FTS|1'].join(end);
      expect(messagesIn(heads + one + two + tails)).toEqual([one, two]);
      expect(messagesIn(`BHS|^~\\&${end}${one}`)).toEqual([one]);
      expect(messagesIn(heads + tails)).toEqual([]);
    }
  });

  test('a batch without an end is refused', () => {
    const many = 'MSH|^~\\&|A\r'.repeat(BATCH_MESSAGES_MAX + 2);
    expect(messagesIn(`BHS|^~\\&\r${many}`)).toEqual(['too-many']);
  });

  test('answers are a batch again', () => {
    const answers = ['MSH|^~\\&|1\rMSA|AA|1\r', 'MSH|^~\\&|2\rMSA|AR|2\r'];
    const batch = Buffer.from(batchOf(answers.map(bytesOf))).toString('latin1');
    expect(messagesIn(batch)).toEqual(answers);
    expect(batch).toMatch(/^BHS\|.*\rBTS\|2\r$/s);
  });
});
