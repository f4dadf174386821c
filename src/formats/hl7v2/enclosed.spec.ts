import { describe, expect, test } from '@jest/globals';
import { decodeFakeFile, toFakeFile } from '../../../test/support/fake-file.js';
import { sampleReading } from '../../../test/support/reading.js';
import type { Reading } from '../../core/ecg/reading.js';
import { refuse, type Result } from '../../core/failure.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeOru } from './oru.js';
import { toOruEd } from './write-enclosed.js';
import { ENVELOPE } from '../../../test/support/envelope.js';

function decodedBytes(bytes: Uint8Array, file: Partial<Reading> = {}): Result<Reading> {
  const message = parseMessage(bytes);
  if (!message.ok) return message;
  return decodeOru(message.value, (inner) => decodeFakeFile(inner, file));
}

describeFormat({
  name: 'hl7v2-ed+fake',
  encode: (reading) => toOruEd(reading, ENVELOPE, { bytes: toFakeFile(reading) }),
  decode: decodedBytes,
});

const SAMPLE = sampleReading({ count: 100, sampleRateHz: 100 });
const FILE = Buffer.from(toFakeFile(SAMPLE));
const BASE64 = FILE.toString('base64');
const PDF = Buffer.from('%PDF-1.7 and so on').toString('base64');
const PID = 'PID|||42^^^HOSP||Doe^Jane||19620514|M';

const ed = (data: string, encoding = 'Base64', node = '1'): string =>
  `ED|11524-6^EKG study^LN|${node}|^Application^octet-stream^${encoding}^${data}||||||F`;

function text(rows: readonly string[], heads: readonly string[] = [PID]): Buffer {
  const segments = [
    'MSH|^~\\&|CART|ED|LW|H|20260131120000+0100||ORU^R01|M1|P|2.5',
    ...heads,
    ...rows.map((row, i) => `OBX|${i + 1}|${row}`),
  ];
  return Buffer.from(segments.map((segment) => `${segment}\r`).join(''), 'latin1');
}

/** The code and place of a refusal, or the format of what was read. */
function gist(result: Result<Reading>): string {
  if (result.ok) return result.value.format;
  return `${result.failure.code} ${result.failure.location ?? '-'}`;
}

const outcome = (...rows: string[]): string => gist(decodedBytes(text(rows)));
const wrapped = (data: string, width: number, by: string): string =>
  data.replace(new RegExp(`.{${width}}`, 'g'), `$&${by}`);

describe('a file inside OBX ED', () => {
  test.each([
    ['base64', ed(BASE64)],
    ['base64 in any spelling of its name', ed(BASE64, 'base64')],
    ['base64 that names no encoding', ed(BASE64, '')],
    ['base64 with line ends', ed(wrapped(BASE64, 76, '\r\n'))],
    ['base64 with line feeds', ed(wrapped(BASE64, 64, '\n'))],
    ['base64 with escaped line ends', ed(wrapped(BASE64, 76, '\\X0D0A\\'))],
    ['base64 with breaks of formatted text', ed(wrapped(BASE64, 61, '\\.br\\'))],
    ['hexadecimal', ed(FILE.toString('hex'), 'Hex')],
    [
      'hexadecimal with blanks, in capitals',
      ed(wrapped(FILE.toString('hex').toUpperCase(), 2, ' '), 'Hex'),
    ],
  ])('is read from %s', (_, row) => {
    const result = decodedBytes(text([row]));
    expect(gist(result)).toBe('hl7v2-ed+fake');
    expect(result).toMatchObject({ ok: true, value: { ecg: { leads: SAMPLE.ecg.leads } } });
  });

  test('plain text is its bytes, escapes undone, whatever the character set of the message', () => {
    const seen: string[] = [];
    const message = parseMessage(text([ed('<a b="\\T\\amp;">\\F\\^~\\XE4\\</a>\xe4\\E\\', 'A')]));
    if (!message.ok) throw new Error(message.failure.code);
    decodeOru(message.value, (bytes) => {
      seen.push(Buffer.from(bytes).toString('latin1'));
      return refuse('encoding-unknown', 'none');
    });
    expect(seen).toEqual(['<a b="&amp;">|^~\xe4</a>\xe4\\']);
  });

  test('of several files the one that is an ECG is taken, of two ECGs none', () => {
    expect(outcome(ed(PDF), ed(BASE64), ed('AAAA'))).toBe('hl7v2-ed+fake');
    expect(outcome(ed(BASE64), ed(PDF), ed(BASE64))).toBe('lead-doubled OBX[3].5');
    expect(outcome(`${ed(PDF).replace('||||||F', '')}~^^^Base64^${BASE64}`)).toBe('hl7v2-ed+fake');
  });

  test('a file that goes on in rows whose numbers count on is one file', () => {
    const cut = (at: number): [string, string, string] => [
      BASE64.slice(0, at),
      BASE64.slice(at, 2 * at),
      BASE64.slice(2 * at),
    ];
    const rows = (parts: readonly string[], first = 1): string[] =>
      parts.map((part, i) => ed(part, 'Base64', `1.${first + i}`));
    expect(outcome(...rows(cut(400)))).toBe('hl7v2-ed+fake');
    expect(outcome(...rows(cut(401), 9))).toBe('hl7v2-ed+fake');
    const padded = [FILE.subarray(0, 100), FILE.subarray(100)].map((one) => one.toString('base64'));
    expect(padded[0]).toMatch(/=$/);
    expect(outcome(...rows(padded))).toBe('hl7v2-ed+fake');
    const [one, two, three] = cut(400);
    expect(outcome(ed(one, 'Base64', '1'), ed(two, 'Base64', '2'), ed(three, 'Base64', '4'))).toBe(
      'encoding-broken OBX[1].5',
    );
  });

  test.each([
    ['a PDF', 'encoding-unknown OBX[1].5', ed(PDF)],
    ['an unknown file', 'encoding-unknown OBX[1].5', ed('AAAA')],
    ['an unknown encoding', 'encoding-unknown OBX[1].5', ed(BASE64, 'UUE')],
    ['no data', 'encoding-broken OBX[1].5', ed('')],
    ['broken base64', 'encoding-broken OBX[1].5', ed(`${BASE64.slice(0, 90)}*`)],
    ['broken hexadecimal', 'encoding-broken OBX[1].5', ed('4g', 'Hex')],
    ['half a byte', 'encoding-broken OBX[1].5', ed('4', 'Hex')],
    ['half a file', 'encoding-broken OBX[1].5', ed(BASE64.slice(0, 400))],
    ['an address', 'pointer-not-followed OBX[1].5', 'RP|11524-6^EKG||\\\\server\\ecg.xml^X^^XML'],
  ])('%s is refused as %s', (_, expected, row) => {
    expect(outcome(row)).toBe(expected);
  });

  test('a refusal names the kind of a picture', () => {
    const detail = (row: string): string => {
      const result = decodedBytes(text([row]));
      return result.ok ? '' : result.failure.detail;
    };
    expect(detail(ed(Buffer.from('GIF89a').toString('base64')))).toContain('a GIF picture');
    const webp = Buffer.from('RIFF....WEBPVP8 ');
    expect(detail(ed(webp.toString('base64')))).toContain('a WebP picture');
    const heic = Buffer.from('....ftypheic');
    expect(detail(ed(heic.toString('base64')))).toContain('set the camera to JPEG');
  });

  const inside: Partial<Reading> = {
    patient: {
      authority: 'CARTS',
      value: 'LOCAL-9',
      others: [],
      name: { family: 'DOE', given: 'J' },
    },
    encounter: { authority: 'CARTS', value: 'E1' },
    order: { authority: 'CARTS', value: 'O1' },
    acquired: { local: '2026-01-31T11:00:00.000', offsetMinutes: null },
    birthDate: '1962-05-14',
    status: 'preliminary',
    vendorStatements: ['Sinus rhythm'],
    vendorMeasurements: {
      heartRateBpm: 73,
      prMs: 160,
      qrsMs: null,
      qtMs: null,
      qtcMs: null,
      pAxisDegrees: null,
      qrsAxisDegrees: null,
      tAxisDegrees: null,
    },
  };

  test('what the message says wins, what it leaves open comes from the file', () => {
    const heads = [PID, 'PV1||E|||||||||||||||||V5^^^VISITS', 'OBR|1|P1^EHR|||||20260131115800'];
    const rows = [
      ed(BASE64),
      'NM|8867-4^Heart rate^LN||88|/min^^UCUM',
      'TX|1^Impression||*** ACUTE MI ***',
    ];
    expect(decodedBytes(text(rows, heads), inside)).toMatchObject({
      ok: true,
      value: {
        patient: { authority: 'HOSP', value: '42' },
        encounter: { authority: 'VISITS', value: 'V5' },
        order: { authority: 'EHR', value: 'P1' },
        acquired: { local: '2026-01-31T11:58:00.000', offsetMinutes: 60 },
        status: 'final',
        ecg: { patient: { sex: 'male' } },
        vendorStatements: ['Sinus rhythm', '*** ACUTE MI ***'],
        vendorMeasurements: { heartRateBpm: 88, prMs: 160 },
      },
    });
    const bare = decodedBytes(text([ed(BASE64).replace('||||||F', '')], []), inside);
    expect(bare).toMatchObject({ ok: true, value: inside });
  });

  test.each<[string, boolean, string, Partial<Reading>]>([
    ['numbers of two authorities, the same birth date', true, PID, inside],
    ['the same number, another spelling', true, 'PID|||LOCAL-9^^^HOSP||Roe||19900101', inside],
    ['the same number without its zeros', true, 'PID|||7^^^HOSP||Roe', told('CARTS', '007')],
    ['two numbers of one authority', false, PID, told('hosp', '43', '1962-05-14')],
    ['two birth dates', false, PID, told('CARTS', '9', '1962-05-15')],
    ['two family names', false, 'PID|||42^^^HOSP||Roe', told('CARTS', '9', null, 'Doe')],
    [
      'one family name in two spellings',
      true,
      'PID|||42^^^HOSP||MUELLER',
      told('CARTS', '9', null, 'Müller'),
    ],
    ['two names, but one birth date', true, PID, told('CARTS', '9', '1962-05-14', 'Maiden')],
    ['nothing that could be set side by side', true, 'PID|||42^^^HOSP', told('CARTS', '9')],
    ['a message without a patient', true, 'PID|||', told('CARTS', '9')],
  ])('%s: one person? %p', (_, isOne, pid, file) => {
    const result = decodedBytes(text([ed(BASE64)], [pid]), file);
    expect(gist(result)).toBe(isOne ? 'hl7v2-ed+fake' : 'patient-missing OBX[1].5');
  });

  function told(
    authority: string,
    value: string,
    birthDate: string | null = null,
    family: string | null = null,
  ): Partial<Reading> {
    const name = family === null ? null : { family, given: '' };
    return { patient: { authority, value, others: [], name }, birthDate };
  }

  test('two patients around a file are refused, and an ECG in rows comes first', () => {
    expect(gist(decodedBytes(text([ed(BASE64)], [PID, 'PID|||43'])))).toBe(
      'patient-missing PID[2].3',
    );
    const rows = ['NA|131329^MDC_ECG_LEAD_I^MDC|1|1^2|uV', ed(BASE64)];
    expect(gist(decodedBytes(text(rows)))).toBe('sample-rate-invalid OBX[1].4');
  });
});
