import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { leadOf } from '../../core/ecg/ecg.js';
import { LEAD_NAMES } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeEcg } from '../decode.js';
import { decodeFile } from '../files.js';
import { decodeOru } from './oru.js';
import { toOruW01, type WaveType } from './write-waves.js';
import { ENVELOPE } from '../../../test/support/envelope.js';

for (const type of ['NA', 'MA'] as const) {
  describeFormat({
    name: 'hl7v2-w01',
    encode: (reading) => toOruW01(reading, ENVELOPE, type),
    decode: decodeEcg,
  });
}

const HEAD = [
  'MSH|^~\\&|CART|ED|LW|H|20260131120000||ORU^W01|M1|P|2.3',
  'PID|||42^^^HOSP||Doe^Jane||19620514|F',
  'OBR|1|P1^EHR|F1^CART|93000^EKG|||20260131115800',
];
/** 100 samples at 100 Hz are the second that an ECG must last at least. */
const hundred = (first: number | string, rest = 0): string =>
  [first, ...Array<number>(99).fill(rest)].join('^');
const TIM = 'TS|93000&TIM^EKG|1|20260131115900.250';
const FULL = '^2.5&uv^1&0&0^100^-2048&2047';

function decoded(rows: readonly string[]): Result<Reading> {
  const text = [...HEAD, ...rows.map((row, i) => `OBX|${i + 1}|${row}`)].join('\r');
  const message = parseMessage(Buffer.from(text, 'latin1'));
  if (!message.ok) throw new Error(message.failure.code);
  return decodeOru(message.value, decodeFile);
}

function reading(rows: readonly string[]): Reading {
  const result = decoded(rows);
  if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.location ?? ''}`);
  return result.value;
}

function refusal(rows: readonly string[]): string {
  const result = decoded(rows);
  return result.ok ? 'read' : `${result.failure.code} ${result.failure.location ?? '-'}`;
}

const firsts = ({ ecg }: Reading): (number | undefined)[] =>
  ecg.leads.map(({ samples }) => samples[0]);

/** Twelve channels in one row, of which the first says what all have. */
const chn = (definition: (name: string, index: number) => string = () => ''): string =>
  `CD|93000&CHN^EKG|1|${LEAD_NAMES.map((name, i) => {
    const own = definition(name, i);
    return `${i + 1}&${name}^${name}${own || (i === 0 ? FULL : '')}`;
  }).join('~')}`;
const wav = (value: (index: number) => string = (i) => hundred(i + 1)): string =>
  `NA|93000&WAV^EKG|1|${LEAD_NAMES.map((_, i) => value(i)).join('~')}||||||F`;

describe('the waveform result of version 2.3', () => {
  test('one group, the channels one behind the other: sample * 2.5 uV', () => {
    const made = reading([TIM, chn(), wav()]);
    // 1 * 2.5 = 2.5, rounded away from zero: 3; 2 * 2.5 = 5; 3 * 2.5 = 7.5: 8; ... 12 * 2.5 = 30
    expect(firsts(made)).toEqual([3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 28, 30]);
    expect(made).toMatchObject({
      format: 'hl7v2-w01',
      patient: { authority: 'HOSP', value: '42' },
      order: { authority: 'EHR', value: 'P1' },
      acquired: { local: '2026-01-31T11:59:00.250', offsetMinutes: null },
      birthDate: '1962-05-14',
      status: 'final',
      ecg: { sampleRateHz: 100, sampleCount: 100, patient: { sex: 'female' } },
    });
  });

  test('multiplexed: a repetition for each moment, a component for each channel', () => {
    const moments = Array.from({ length: 100 }, (_, at) =>
      LEAD_NAMES.map((__, i) => (at === 0 ? 4 * (i + 1) : -at)).join('^'),
    );
    const { ecg } = reading([TIM, chn(), `MA|93000&WAV^EKG|1|${moments.join('~')}||||||F`]);
    // 4 * 2.5 = 10 in the first channel, 48 * 2.5 = 120 in the last; -2 * 2.5 = -5 in all
    expect(ecg.leads.map(({ samples }) => samples[0])).toEqual(
      LEAD_NAMES.map((_, i) => 10 * i + 10),
    );
    expect(ecg.leads.map(({ samples }) => samples[2])).toEqual(LEAD_NAMES.map(() => -5));
  });

  test('a group for each channel, its suffix a component of its own', () => {
    const rows = LEAD_NAMES.flatMap((name, i) => [
      `CD|93000^CHN|${i + 1}|${i + 1}&${name}^${i === 0 ? FULL : ''}`,
      `NA|93000^WAV|${i + 1}|${hundred(2 * i)}`,
    ]);
    expect(firsts(reading(rows))).toEqual(LEAD_NAMES.map((_, i) => 5 * i));
  });

  test('a definition behind samples begins the next group under the same number', () => {
    const rows = LEAD_NAMES.flatMap((name, i) => [
      `CD|93000&CHN|1|${i + 1}&${name}^${FULL}`,
      `NA|93000&WAV|1|${hundred(2 * i)}`,
    ]);
    expect(firsts(reading(rows))).toEqual(LEAD_NAMES.map((_, i) => 5 * i));
  });

  test('baseline, correction, sign and unit are those of the channel', () => {
    const own = (name: string, i: number): string =>
      ({
        I: FULL,
        // (10 - 4) * -0.005 mV * 1 = -0.03 mV
        II: '^-0.005&mv^1&4',
        // (10 - 0) * 2500 nV * 1.1 = 27.5 uV, rounded away from zero
        III: '^2500&nV^1.1&0',
        // (10 - -2.5) * 0.000002 V = 25 uV
        aVR: '^2e-6&V^1&-2.5',
        // (10 - 0) * 3 uV, by the code of MDC
        aVL: '^3&266419&MDC_DIM_MICRO_VOLT&MDC^1&0',
      })[name] ?? `^${i}&uV^1&0`;
    const made = reading([TIM, chn(own), wav(() => hundred(10))]);
    expect(firsts(made).slice(0, 5)).toEqual([25, -30, 28, 25, 30]);
    expect(leadOf(made.ecg, 'V6').samples[0]).toBe(110);
  });

  test('rows that follow one another are one recording', () => {
    const half = (value: number): string =>
      `NA|93000&WAV|1|${LEAD_NAMES.map(() => Array(50).fill(value).join('^')).join('~')}`;
    const later = (time: string): string => `TS|93000&TIM|1|${time}`;
    const joined = [TIM, chn(), half(2), half(4)];
    expect([...leadOf(reading(joined).ecg, 'V2').samples.slice(48, 52)]).toEqual([5, 5, 10, 10]);
    // 50 samples at 100 Hz are half a second: 59:00.250 and 59:00.750
    const told = [TIM, chn(), half(2), later('20260131115900.750'), half(4)];
    expect(reading(told).ecg.sampleCount).toBe(100);
    for (const gap of ['20260131115900.800', '20260131115900.250', '20260131115900']) {
      expect(refusal([TIM, chn(), half(2), later(gap), half(4)])).toBe('time-invalid OBX[5].5');
    }
    expect(refusal([chn(), half(2), later('20260131115900.750'), half(4)])).toBe(
      'time-invalid OBX[4].5',
    );
  });

  test('notes are kept, each once', () => {
    const ano = 'CE|93000&ANO|1|9900^Pace spike~~9903';
    const made = reading([
      TIM,
      chn(),
      wav(),
      ano,
      ano,
      'TX|8601-7^EKG impression^LN||*** ACUTE MI ***',
    ]);
    expect(made.vendorStatements).toEqual(['*** ACUTE MI ***', 'Pace spike', '9903']);
  });

  test('leads beyond the twelve are kept, other channels do no harm', () => {
    const more = chn().replace('|1|1&I', '|1|1&PLETH~2&V9^V9^2&uv^1&0^100~3&I');
    const made = reading([TIM, more, `NA|93000&WAV|1|${Array(14).fill(hundred(3)).join('~')}`]);
    expect(made.ecg.extraLeads).toMatchObject([{ name: 'V9', origin: 'recorded' }]);
    expect(made.ecg.extraLeads[0]?.samples[0]).toBe(6);
    expect(leadOf(made.ecg, 'I').samples[0]).toBe(8);
  });

  test('a part that is left out may not be had from two channels that differ', () => {
    const differing = chn((name) => (name === 'V1' ? '^5&uv' : ''));
    expect(refusal([TIM, differing, wav()])).toBe('encoding-broken OBX[2].5');
    const alike = chn((name) => (name === 'V1' ? '^2.5&uv' : ''));
    expect(refusal([TIM, alike, wav()])).toBe('read');
  });

  const one = (change: Readonly<Record<string, string>>): string =>
    chn((name) => change[name] ?? '');
  test.each<[string, string, readonly string[]]>([
    ['no definition', 'encoding-unknown OBX[2].3', [TIM, wav()]],
    [
      'a definition of another group',
      'encoding-unknown OBX[3].3',
      [TIM, chn().replace('|1|', '|2|'), wav()],
    ],
    ['definitions alone', 'encoding-unknown OBX[1].3', [TIM, chn()]],
    ['no unit', 'unit-unknown OBX[2].5', [TIM, one({ I: '^2.5^1&0^100' }), wav()]],
    ['no sensitivity', 'unit-unknown OBX[2].5', [TIM, one({ I: '^^^100' }), wav()]],
    [
      'a sensitivity in megavolts',
      'unit-unknown OBX[2].5',
      [TIM, one({ I: '^2.5&MV^^100' }), wav()],
    ],
    ['a sensitivity of zero', 'encoding-broken OBX[2].5', [TIM, one({ I: '^0&uv^^100' }), wav()]],
    ['a sensitivity in words', 'encoding-broken OBX[2].5', [TIM, one({ I: '^x&uv^^100' }), wav()]],
    ['a baseline in words', 'encoding-broken OBX[2].5', [TIM, one({ I: '^1&uv^1&x^100' }), wav()]],
    ['no rate', 'sample-rate-invalid OBX[2].5', [TIM, one({ I: '^1&uv' }), wav()]],
    ['two rates', 'sample-rate-invalid OBX[2].5', [TIM, one({ V6: '^2.5&uv^1&0^200' }), wav()]],
    [
      'a short channel',
      'sample-count-differs OBX[3].5',
      [TIM, chn(), wav((i) => (i === 5 ? '1^2' : hundred(1)))],
    ],
    ['eleven blocks', 'sample-count-differs OBX[3].5', [TIM, chn(), wav().replace(/~[^~]*$/, '')]],
    [
      'a word among the samples',
      'sample-not-a-number OBX[3].5',
      [TIM, chn(), wav(() => hundred('x'))],
    ],
    ['an empty sample', 'sample-not-a-number OBX[3].5', [TIM, chn(), wav(() => hundred('1^'))]],
    ['40 mV', 'sample-out-of-range OBX[3].5', [TIM, chn(), wav(() => hundred(16000))]],
    [
      'a moment without its last channel',
      'sample-count-differs OBX[3].5',
      [TIM, chn(), `MA|93000&WAV|1|1^2^3^4^5^6^7^8^9^10^11^12~1^2^3^4^5^6^7^8^9^10^11|`],
    ],
    [
      'a moment with an empty channel',
      'sample-not-a-number OBX[3].5',
      [TIM, chn(), `MA|93000&WAV|1|1^2^3^4^5^6^7^8^9^10^11^12~1^2^3^4^5^6^7^8^9^10^11^|`],
    ],
    ['another type', 'encoding-unknown OBX[3].5', [TIM, chn(), wav().replace('NA|', 'ST|')]],
    ['eleven leads', 'lead-missing -', [TIM, chn().replace('9&V3^V3', '9&X^X'), wav()]],
    ['a doubled lead', 'lead-doubled OBX[2].5', [TIM, chn().replace('9&V3^V3', '9&V2^V2'), wav()]],
    [
      'a channel of two names',
      'lead-unknown OBX[2].5',
      [TIM, chn().replace('9&V3^V3', '9&V3^V2'), wav()],
    ],
    ['no names', 'lead-unknown OBX[1].5', [`CD|1&CHN|1|1${FULL}`, `NA|1&WAV|1|${hundred(1)}`]],
    [
      'seventy channels',
      'encoding-broken OBX[1].5',
      [`CD|1&CHN|1|${Array(70).fill(`1${FULL}`).join('~')}`, wav()],
    ],
    [
      'leads that begin at other times',
      'time-invalid OBX[6].5',
      LEAD_NAMES.flatMap((name, i) => [
        `TS|1&TIM|${i}|2026013111590${i === 1 ? 1 : 0}`,
        `CD|1&CHN|${i}|${i}&${name}^${FULL}`,
        `NA|1&WAV|${i}|${hundred(1)}`,
      ]),
    ],
  ])('%s is refused as %s', (_, expected, rows) => {
    expect(refusal(rows)).toBe(expected);
  });

  test.each<WaveType>(['NA', 'MA'])('as %s, extra leads, figures and words come again', (type) => {
    const plain = sampleReading({ count: 200, sampleRateHz: 100 });
    const measured = {
      heartRateBpm: 73,
      prMs: 160,
      qrsMs: 94.5,
      qtMs: 380,
      qtcMs: 419,
      pAxisDegrees: -12,
      qrsAxisDegrees: 45,
      tAxisDegrees: null,
    };
    const original: Reading = {
      ...plain,
      ecg: { ...plain.ecg, extraLeads: [{ ...leadOf(plain.ecg, 'V1'), name: 'V4R' }] },
      vendorStatements: ['*** ACUTE MI ***', 'Sinus & rhythm\nline 2'],
      vendorMeasurements: measured,
    };
    const again = decodeEcg(toOruW01(original, ENVELOPE, type));
    expect(again).toEqual({ ok: true, value: { ...original, format: 'hl7v2-w01' } });
  });
});
