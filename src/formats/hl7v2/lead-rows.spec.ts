import { describe, expect, test } from '@jest/globals';
import { leadOf, MISSING } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { decodeEcg } from '../decode.js';

const CODES = [131329, 131330, 131331, 131332, 131333, 131334, 131335, 131336];
const SECOND = ['250', '-100', ...Array<string>(98).fill('0')];

/** Eight leads of one second, each in the rows that are made for it. */
function decoded(rowsOf: (code: number, node: string) => readonly string[]): Result<Reading> {
  const rows = CODES.flatMap((code) => rowsOf(code, `1.7.1.${code}`));
  const text = [
    'MSH|^~\\&|CART|ED|LW|H|20260131120000||ORU^R01^ORU_R01|M1|P|2.6',
    'PID|||42^^^HOSP||Doe^Jane',
    'OBR|1|||1^ECG|||20260131115800',
    ...rows.map((row, i) => `OBX|${i + 1}|${row}`),
  ].join('\r');
  return decodeEcg(Buffer.from(text, 'latin1'));
}

function leadTwo(rowsOf: (code: number, node: string) => readonly string[]): readonly number[] {
  const result = decoded(rowsOf);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return Array.from(leadOf(result.value.ecg, 'II').samples).slice(0, 2);
}

function refusalOf(rowsOf: (code: number, node: string) => readonly string[]): string {
  const result = decoded(rowsOf);
  return result.ok ? 'read' : result.failure.code;
}

const rate = (node: string, value = '100'): string =>
  `NM|0^MDC_ATTR_SAMP_RATE^MDC|${node}|${value}|264608^MDC_DIM_PER_SEC^MDC`;
const samples = (code: number, node: string, unit: string, by = '^'): string =>
  `NA|${code}^MDC_ECG_ELEC_POTL^MDC|${node}|${SECOND.join(by)}|${unit}`;

describe('rows of one lead each, as devices write them', () => {
  test.each(['~', '^ ', '~ '])('samples may stand behind %j', (by) => {
    expect(leadTwo((code, node) => [samples(code, node, 'uV', by), rate(`${node}.1`)])).toEqual([
      250, -100,
    ]);
  });

  test('steps without a unit are those of the row below that says what a step is', () => {
    const step = (node: string, size: string, unit: string) =>
      `NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|${node}.2|${size}|${unit}`;
    const made =
      (unit: string, ...more: ((node: string) => string)[]) =>
      (code: number, node: string) => [
        samples(code, node, unit),
        rate(`${node}.1`),
        ...more.map((one) => one(node)),
      ];
    const milli = (node: string) => step(node, '0.004', '266418^MDC_DIM_MILLI_VOLT^MDC');
    for (const unit of ['262656^MDC_DIM_DIMLESS^MDC', '0^MDC_DIM_DIMLESS^MDC', '']) {
      expect(leadTwo(made(unit, milli))).toEqual([1000, -400]);
    }
    const off = (node: string) => `NM|262196^MDC_EVT_INOP^MDC|${node}.3|-100`;
    expect(leadTwo(made('', milli, off))).toEqual([1000, MISSING]);
    // A row that has a unit is at its word.
    expect(leadTwo(made('uV', milli))).toEqual([250, -100]);
    expect(refusalOf(made(''))).toBe('unit-unknown');
    expect(refusalOf(made('', milli, milli))).toBe('unit-unknown');
    expect(refusalOf(made('266016^MDC_DIM_MMHG^MDC', milli))).toBe('unit-unknown');
    expect(refusalOf(made('', (node) => step(node, '1', '262656^MDC_DIM_DIMLESS')))).toBe(
      'unit-unknown',
    );
  });

  test('of several rates the nearest counts: of the lead itself, then of the node just above', () => {
    const rateOf = (...facets: string[]): number => {
      const result = decoded((code, node) => [
        ...(code === CODES[0] ? facets : []),
        samples(code, node, 'uV'),
      ]);
      return result.ok ? result.value.ecg.sampleRateHz : NaN;
    };
    expect(rateOf(rate('1.0.0.1', '25'), rate('1.7.1.0.1', '50'), rate('1.7.0.1', '25'))).toBe(50);
    const same = decoded((code, node) => [
      samples(code, node, 'uV'),
      rate(node),
      rate('1.7.1.1', '25'),
    ]);
    expect(same.ok && same.value.ecg.sampleRateHz).toBe(100);
  });

  test('a local name of the sender may stand before the lead', () => {
    expect(
      leadTwo((code, node) => [
        `NA|${CODES.indexOf(code)}^Kanal^L^MDC_ECG_LEAD_${'I II V1 V2 V3 V4 V5 V6'.split(' ')[CODES.indexOf(code)]}|${node}|${SECOND.join('^')}|uV`,
        rate(`${node}.1`),
      ]),
    ).toEqual([250, -100]);
  });
});
