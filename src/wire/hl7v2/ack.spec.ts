import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FAILURE_CODES, failure, type Failure } from '../../core/failure.js';
import { buildAck } from './ack.js';
import { verdictOn } from './answers.js';
import { readHeader } from './header.js';
import { parseMessage } from './message.js';

const nowMs = Date.UTC(2026, 0, 31, 11, 59, 0, 5);

function ackTo(msh: string | null, why: Failure | null = null, fault: 'AA' | 'AE' | 'AR' = 'AA') {
  const header = msh === null ? null : readHeader(Buffer.from(msh, 'latin1'));
  const ack = buildAck({ header, failure: why, contentFaultAnswer: fault, controlId: 'R1', nowMs });
  return ack === null ? null : Buffer.from(ack).toString('latin1');
}

const msh = (version: string, accept = '', application = '', charset = ''): string =>
  `MSH|^~\\&|CART^1.2^ISO|ED|LW|HOSP|20260131||ORU^R01^ORU_R01|M\xfc7|T|${version}|||` +
  `${accept}|${application}||${charset}`;

const nan = failure('sample-not-a-number', 'lead V1, sample 7', { location: 'OBX[7].5' });

describe('HL7 v2 answer', () => {
  test('sender and receiver swap places, the rest of the header is echoed byte for byte', () => {
    expect(ackTo(msh('2.6', '', '', '8859/1'))).toBe(
      'MSH|^~\\&|LW|HOSP|CART^1.2^ISO|ED|20260131115900.005+0000||ACK^R01^ACK|R1|T|2.6||||||8859/1\r' +
        'MSA|AA|M\xfc7\r',
    );
  });

  test('a content fault is accepted with a warning that names the place (2.5 and later)', () => {
    expect(ackTo(msh('2.5.1'), nan)).toContain(
      'MSA|AA|M\xfc7\rERR||OBX^7^5|102^Data type error^HL70357|W|sample-not-a-number^^L|||' +
        'lead V1, sample 7\r',
    );
  });

  test('before 2.5 the error stands in ERR-1, MSA-3 and MSA-6', () => {
    for (const version of ['2.3', '2.3.1', '2.4']) {
      expect(ackTo(msh(version), nan)).toContain(
        'MSA|AA|M\xfc7|lead V1, sample 7|||102^Data type error^HL70357\r' +
          'ERR|OBX^7^5^102&Data type error&HL70357\r',
      );
    }
  });

  test('a site may have content faults answered as errors or rejections', () => {
    expect(ackTo(msh('2.6'), nan, 'AE')).toMatch(/\rMSA\|AE\|.*\rERR\|.*\|102\^.*\|E\|/);
    expect(ackTo(msh('2.6'), nan, 'AR')).toMatch(/\rMSA\|AR\|.*\rERR\|.*\|102\^.*\|E\|/);
  });

  test.each([
    ['no-header', undefined, 'AR', 101],
    ['version-unsupported', 'MSH[1].12', 'AR', 203],
    ['charset-unsupported', 'MSH[1].18', 'AR', 101],
    ['message-type-not-taken', 'MSH[1].9.1', 'AR', 200],
    ['message-type-not-taken', 'MSH[1].9.2', 'AR', 201],
    ['ledger-away', undefined, 'AE', 207],
    ['ledger-full', undefined, 'AE', 207],
    ['unexpected', undefined, 'AE', 207],
  ] as const)('%s at %s is answered %s with %i', (code, location, answer, number) => {
    const why = failure(code, 'why', location === undefined ? {} : { location });
    expect(ackTo(msh('2.6'), why)).toMatch(
      new RegExp(`\\rMSA\\|${answer}\\|.*\\rERR\\|\\|[^|]*\\|${number}\\^`),
    );
  });

  test('a message without an ECG is simply accepted', () => {
    expect(ackTo(msh('2.6'), failure('no-ecg', 'none'))).toMatch(/\rMSA\|AA\|M.7\r$/);
  });

  test.each([
    ['AL', 'NE', 'CA', 'CE', 'CR'],
    ['NE', 'AL', 'AA', 'AE', 'AR'],
    ['', 'AL', 'AA', 'AE', 'AR'],
    ['AL', 'AL', 'CA', 'CE', 'CR'],
    ['ER', 'NE', null, 'CE', 'CR'],
    ['SU', 'NE', 'CA', null, null],
    ['ER', 'AL', 'AA', 'CE', 'CR'],
    ['NE', 'ER', null, 'AE', 'AR'],
    ['NE', 'NE', null, null, null],
    ['AL', '', 'CA', 'CE', 'CR'],
  ])('MSH-15 %p and MSH-16 %p answer %p, %p, %p', (accept, application, ...expected) => {
    const whys = [null, failure('ledger-away', 'x'), failure('version-unsupported', 'x')];
    const codes = whys.map((why) => {
      const ack = ackTo(msh('2.6', accept, application), why);
      return ack === null ? null : (/\rMSA\|(..)\|/.exec(ack)?.[1] ?? 'none');
    });
    expect(codes).toEqual(expected);
  });

  test('a frame without a header still gets a well-formed rejection', () => {
    const ack = ackTo(null, failure('no-header', 'no MSH'));
    expect(ack).toMatch(
      /^MSH\|\^~\\&\|LEADWIRE\|\|\|\|\d+\.005\+0000\|\|ACK\|R1\|P\|2\.5\rMSA\|AR\r/,
    );
  });

  test('an answer is written with the delimiters of the message', () => {
    const ack = ackTo('MSH#!*@%#CART#ED#A#B###ORU!R01#7#P#2.4', nan);
    expect(ack).toContain('MSH#!*@%#A#B#CART#ED#');
    expect(ack).toContain('ERR#OBX!7!5!102%Data type error%HL70357\r');
  });

  test('delimiters that cannot be used are replaced by the usual ones', () => {
    expect(ackTo('MSH|^^\\&|CART|ED', nan)).toMatch(/^MSH\|\^~\\&\|LEADWIRE\|/);
  });

  test('words of a failure cannot forge a segment or leave ASCII', () => {
    const ack = ackTo(msh('2.6'), failure('encoding-broken', 'a|b\rMSA|AA|M\u00e4'.repeat(99)));
    expect(ack?.split('\r')).toHaveLength(4);
    expect(ack).toContain('a\\F\\b?MSA\\F\\AA');
  });

  test('every failure has an answer, and only failures that a repeat can heal ask for one', () => {
    for (const code of FAILURE_CODES) {
      const why = failure(code, 'x');
      const { answer, error } = verdictOn(why, 'AA');
      if (why.class === 'transient') expect(answer).toBe('error');
      if (answer === 'reject') expect(error?.severity).toBe('E');
      expect(error !== null || code === 'no-ecg').toBe(true);
    }
  });

  test('whatever the header holds, the answer is a message that parses and echoes MSH-10', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 20 }), (fields) => {
        const header = readHeader(Buffer.from(`MSH|^~\\&|${fields.join('|')}`, 'latin1'));
        const ack = buildAck({
          header,
          failure: nan,
          contentFaultAnswer: 'AR',
          controlId: 'R1',
          nowMs,
        });
        if (ack === null) return;
        const text = Buffer.from(ack).toString('latin1');
        expect(text.split('\r')).toHaveLength(4);
        expect(text.split('\r')[1]?.split('|')[2] ?? '').toBe(header?.field(10));
        const parsed = parseMessage(ack);
        const codes = ['ok', 'version-unsupported', 'charset-unsupported'];
        expect(codes).toContain(parsed.ok ? 'ok' : parsed.failure.code);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
