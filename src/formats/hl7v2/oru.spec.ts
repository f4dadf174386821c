import { describe, expect, test } from '@jest/globals';
import { leadOf } from '../../core/ecg/ecg.js';
import { LEAD_NAMES } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { decodeFile } from '../files.js';
import { decodeOru } from './oru.js';

const CODES = [131329, 131330, 131389, 131390, 131391, 131392];
const V_CODES = [131331, 131332, 131333, 131334, 131335, 131336];
const ALL = [...CODES, ...V_CODES];

/** 100 samples at 100 Hz are the second that an ECG must last at least. */
const HUNDRED = (first: string): string => [first, ...Array<string>(99).fill('0')].join('^');

interface Made {
  readonly msh7?: string;
  readonly pid?: string;
  readonly pv1?: string;
  readonly obr?: string;
  readonly unit?: string;
  readonly rate?: string | null;
  /** Changes the rows of the leads: code in, whole OBX rows (without OBX-1) out. */
  readonly row?: (code: number, node: string) => string[];
  readonly more?: readonly string[];
}

function oru(made: Made = {}): string {
  const unit = made.unit ?? '266418^MDC_DIM_MILLI_VOLT^MDC';
  const row =
    made.row ??
    ((code: number, node: string) => [
      `NA|${code}^MDC_ECG_LEAD^MDC|${node}|${HUNDRED('0.125')}|${unit}|||||R|||20260131115900`,
    ]);
  const rate = made.rate === undefined ? '100|264608^MDC_DIM_PER_SEC^MDC' : made.rate;
  const rows = ALL.flatMap((code, i) => {
    const node = `1.1.1.${1001 + i}`;
    const facet = rate === null ? [] : [`NM|0^MDC_ATTR_SAMP_RATE^MDC|${node}.1|${rate}`];
    return [...row(code, node), ...facet];
  });
  return [
    `MSH|^~\\&|CART|ED|LW|H|${made.msh7 ?? '20260131120000'}||ORU^R01^ORU_R01|M1|P|2.6|||||||UNICODE UTF-8`,
    made.pid ?? 'PID|||7^^^A&1.2.3&ISO^PI~42^^^HOSP&9.8.7&ISO^MR||Doe&van^Jane||19620514|F',
    made.pv1 ?? 'PV1||E|||||||||||||||||V5^^^VISITS',
    made.obr ?? 'OBR|1|P1^EHR|F1^CART|93000|||20260131115800+0100||||||||||||||||||',
    ...rows.map((one, i) => `OBX|${i + 1}|${one}`),
    ...(made.more ?? []),
  ].join('\r');
}

function decoded(text: string): Result<Reading> {
  const message = parseMessage(Buffer.from(text, 'utf8'));
  if (!message.ok) throw new Error(message.failure.code);
  return decodeOru(message.value, decodeFile);
}

function reading(made: Made = {}): Reading {
  const result = decoded(oru(made));
  if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.detail}`);
  return result.value;
}

function refusal(made: Made): string {
  const result = decoded(oru(made));
  return result.ok ? 'read' : `${result.failure.code} ${result.failure.location ?? '-'}`;
}

describe('ORU with one NA row for each lead', () => {
  test('amplitudes are microvolts: 0.125 mV is 125, 37.5 uV is 38, 0.00025 V is 250', () => {
    expect(leadOf(reading().ecg, 'V3').samples[0]).toBe(125);
    const first = (unit: string, value: string): number | undefined =>
      leadOf(
        reading({ row: (code, node) => [`NA|${code}|${node}|${HUNDRED(value)}|${unit}`] }).ecg,
        'II',
      ).samples[0];
    expect(first('266419^MDC_DIM_MICRO_VOLT^MDC', '37.5')).toBe(38);
    expect(first('266419^MDC_DIM_MICRO_VOLT^MDC', '-37.5')).toBe(-38);
    expect(first('uV^^UCUM', '+12')).toBe(12);
    expect(first('0^MDC_DIM_MILLI_VOLT^MDC', '1e-1')).toBe(100);
    expect(first('266400^MDC_DIM_VOLT^MDC', '0.00025')).toBe(250);
  });

  test('every lead stands where its code says, whatever its text says', () => {
    const { ecg } = reading({
      row: (code, node) => [
        `NA|${code}^MDC_ECG_LEAD_V1^MDC|${node}|${HUNDRED(`${code - 131000}`)}|uV`,
      ],
    });
    expect(ecg.leads.map(({ samples }) => samples[0])).toEqual(ALL.map((code) => code - 131000));
    expect(ecg.leads.every(({ origin }) => origin === 'recorded')).toBe(true);
  });

  test('a lead without a code is known by its name', () => {
    const names = new Map(ALL.map((code, i) => [code, LEAD_NAMES[i] ?? '']));
    const { ecg } = reading({
      row: (code, node) => [
        `NA|MDC_ECG_LEAD_${(names.get(code) ?? '').toUpperCase()}|${node}|${HUNDRED('1')}|uV`,
      ],
    });
    expect(ecg.leads.map(({ name }) => name)).toEqual([...LEAD_NAMES]);
  });

  test('the rest of the message is kept', () => {
    expect(reading()).toMatchObject({
      format: 'hl7v2-oru',
      patient: {
        authority: 'urn:oid:9.8.7',
        value: '42',
        others: [{ authority: 'urn:oid:1.2.3', value: '7' }],
        name: { family: 'Doe', given: 'Jane' },
      },
      encounter: { authority: 'VISITS', value: 'V5' },
      order: { authority: 'EHR', value: 'P1' },
      acquired: { local: '2026-01-31T11:59:00.000', offsetMinutes: null },
      birthDate: '1962-05-14',
      status: 'preliminary',
      ecg: { sampleRateHz: 100, sampleCount: 100, patient: { ageYears: null, sex: 'female' } },
    });
  });

  test('an id without an authority belongs to its facility, else to the sender', () => {
    expect(reading({ pid: 'PID|||42^^^^MR^NORTH' }).patient).toMatchObject({
      authority: 'NORTH',
      value: '42',
    });
    expect(reading({ pid: 'PID|||42' }).patient).toMatchObject({ authority: 'ED', value: '42' });
    expect(reading({ pid: 'PID||42' }).patient).toMatchObject({ authority: 'ED', value: '42' });
    expect(reading({ pid: 'PID|||' }).patient).toBeNull();
    expect(reading({ pid: 'NTE|1' }).patient).toBeNull();
  });

  test('the time is that of the lead, else of the order; its zone its own, else that of MSH-7', () => {
    const bare = (code: number, node: string): string[] => [
      `NA|${code}|${node}|${HUNDRED('1')}|uV`,
    ];
    expect(reading({ row: bare }).acquired).toEqual({
      local: '2026-01-31T11:58:00.000',
      offsetMinutes: 60,
    });
    expect(reading({ msh7: '20260131120000-0530' }).acquired?.offsetMinutes).toBe(-330);
    expect(reading({ row: bare, obr: 'OBR|1||||||20260231115800' }).acquired).toBeNull();
    expect(reading({ row: bare, obr: 'OBR|1||||||20260131' }).acquired).toBeNull();
    expect(reading({ row: bare, obr: 'OBR|1||||||202601311158.5' }).acquired).toBeNull();
    expect(reading({ row: bare, obr: 'OBR|1||||||20260131115859.1234' }).acquired?.local).toBe(
      '2026-01-31T11:58:59.123',
    );
  });

  test.each([
    ['F', '', 'final'],
    ['R', '', 'preliminary'],
    ['R', 'F', 'final'],
    ['F', 'P', 'preliminary'],
    ['C', 'F', 'corrected'],
    ['F', 'C', 'corrected'],
    ['W', 'F', 'withdrawn'],
    ['D', '', 'withdrawn'],
    ['F', 'X', 'withdrawn'],
    ['', '', 'final'],
  ])('OBX-11 %p and OBR-25 %p mean %s', (obx, obr, status) => {
    const made = reading({
      row: (code, node) => [`NA|${code}|${node}|${HUNDRED('1')}|uV|||||${obx}`],
      obr: `OBR|1${'|'.repeat(24)}${obr}`,
    });
    expect(made.status).toBe(status);
  });

  test('the rate is the one of the lead, of a node above it, or the only one', () => {
    const shared = (node: string, value: string): readonly string[] => [
      `OBX|99|NM|0^MDC_ATTR_SAMP_RATE^MDC|${node}|${value}|264608^MDC_DIM_PER_SEC^MDC`,
    ];
    expect(reading({ rate: null, more: shared('1.1.1.0.1', '100') }).ecg.sampleRateHz).toBe(100);
    expect(reading({ rate: null, more: shared('', '100') }).ecg.sampleRateHz).toBe(100);
    expect(reading({ rate: '0.1|264579^MDC_DIM_KILO_HERTZ^MDC' }).ecg.sampleRateHz).toBe(100);
    expect(reading({ rate: '100' }).ecg.sampleRateHz).toBe(100);
    const period = ALL.map(
      (_, i) => `OBX|99|NM|67985^MDC_ATTR_TIME_PD_SAMP^MDC|1.1.1.${1001 + i}.1|10|264338^ms^MDC`,
    );
    expect(reading({ rate: null, more: period }).ecg.sampleRateHz).toBe(100);
  });

  test('what the device says of itself and of the patient is kept', () => {
    const made = reading({
      more: [
        'OBX|90|ST|531970^MDC_ID_MODEL_MANUFACTURER^MDC|1.0.0.0.1|Acme',
        'OBX|91|ST|531969^MDC_ID_MODEL_NUMBER^MDC|1.0.0.0.2|Cart 9',
        'OBX|92|TX|8601-7^EKG impression^LN||*** ACUTE MI ***~Sinus rhythm',
      ],
    });
    expect(made.ecg.device).toEqual({ manufacturer: 'Acme', model: 'Cart 9', serialNumber: null });
    expect(made.vendorStatements).toEqual(['*** ACUTE MI ***', 'Sinus rhythm']);
  });

  test("the recorder's own figures are kept, by the codes of MDC and LOINC or by name", () => {
    const figures = (rows: readonly string[]) =>
      reading({ more: rows.map((row, i) => `OBX|${90 + i}|${row}`) }).vendorMeasurements;
    expect(
      figures([
        'NM|147842^MDC_ECG_HEART_RATE^MDC|1.2.1.1|73|264864^MDC_DIM_BEAT_PER_MIN^MDC',
        'NM|8625-6^P-R interval^LN||0.16|s^^UCUM',
        'NM|0^MDC_ECG_TIME_PD_QRS_GLOBL^MDC||94|0^MDC_DIM_MILLI_SEC^MDC',
        'NM|147232^MDC_ECG_TIME_PD_QT_GL^MDC||380000|264339^MDC_DIM_MICRO_SEC^MDC',
        'NM|8636-3^QTc^LN||419',
        'NM|8626-4^P axis^LN||-12.5|deg',
        'NM|147204^MDC_ECG_ANGLE_QRS_FRONT^MDC||x|deg',
        'NM|147208^MDC_ECG_ANGLE_T_FRONT^MDC||30|deg',
        'NM|8638-9^T axis^LN||99|deg',
      ]),
    ).toEqual({
      heartRateBpm: 73,
      prMs: 160,
      qrsMs: 94,
      qtMs: 380,
      qtcMs: 419,
      pAxisDegrees: -12.5,
      qrsAxisDegrees: null,
      tAxisDegrees: 30,
    });
    expect(figures(['NM|8625-6^PR^LN||0.1|fortnight'])).toBeNull();
    expect(figures(['NM|8867-4^Rate^LN||99999|/min'])).toBeNull();
  });

  test('leads beyond the twelve are kept where they fit, other waveforms do no harm', () => {
    const kept = (row: string): (string | number | undefined)[] =>
      reading({ more: [`OBX|90|NA|131337^MDC_ECG_LEAD_V7^MDC|${row}`] }).ecg.extraLeads.flatMap(
        ({ name, samples }) => [name, samples[0]],
      );
    expect(kept(`1.1.1.2001|${HUNDRED('9')}|uV`)).toEqual(['V7', 9]);
    expect(kept('1.1.1.2001|1^2|uV')).toEqual([]);
    expect(kept(`1.1.1.2001|${HUNDRED('x')}|uV`)).toEqual([]);
    const more = ['OBX|91|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1.2.1.1|1^2^3|'];
    expect(reading({ more }).ecg.leads).toHaveLength(12);
  });

  test('eight leads are enough: the other four follow', () => {
    const { ecg } = reading({
      row: (code, node) =>
        CODES.slice(2).includes(code) ? [] : [`NA|${code}|${node}|${HUNDRED('20')}|uV`],
    });
    expect(leadOf(ecg, 'aVR')).toMatchObject({ origin: 'derived' });
    expect(leadOf(ecg, 'aVR').samples[0]).toBe(-20); // -(20 + 20) / 2
  });

  test.each<[string, string, Made]>([
    // Row 17 is the ninth lead (V3): each lead before it has a row and a rate below it.
    ['a word among the samples', 'sample-not-a-number OBX[17].5', faulty(HUNDRED('x'))],
    ['an empty sample', 'sample-not-a-number OBX[17].5', faulty(`1^^${HUNDRED('1')}`)],
    ['a short lead', 'sample-count-differs OBX[17].5', faulty('1^2^3')],
    ['40 mV', 'sample-out-of-range OBX[17].5', faulty(HUNDRED('40000'))],
    ['an unknown unit', 'unit-unknown OBX[1].6', { unit: '262656^MDC_DIM_DIMLESS^MDC' }],
    ['no unit', 'unit-unknown OBX[1].6', { unit: '' }],
    ['megavolts', 'unit-unknown OBX[1].6', { unit: 'MV' }],
    ['no rate', 'sample-rate-invalid OBX[1].4', { rate: null }],
    ['a rate of zero', 'sample-rate-invalid OBX[2].5', { rate: '0' }],
    ['a rate in beats', 'unit-unknown OBX[2].6', { rate: '100|264864^MDC_DIM_BEAT_PER_MIN' }],
    ['a rate of 10 Hz', 'sample-rate-invalid -', { rate: '10' }],
    ['eleven leads', 'lead-missing -', without(131334)],
    ['a doubled lead', 'lead-doubled OBX[25].3', { more: [extra(131331)] }],
    [
      'a lead nobody knows in place of V4',
      'lead-unknown OBX[24].3',
      { ...without(131334), more: [extra(131328)] },
    ],
    [
      'only a lead nobody knows',
      'lead-unknown OBX[13].3',
      { ...without(...ALL), more: Array<string>(13).fill(extra(131328)) },
    ],
    ['two patients', 'patient-missing PID[2].3', { more: ['PID|||43'] }],
    [
      'the waveform result of 2.3',
      'encoding-unknown OBX[13].3',
      { ...without(...ALL), more: ['OBX|1|NA|93000&WAV||1^2'] },
    ],
    ['a glucose', 'no-ecg -', { ...without(...ALL), more: ['OBX|1|NM|2345-7^Glucose^LN||95'] }],
  ])('%s is refused as %s', (_, expected, made) => {
    expect(refusal(made)).toBe(expected);
  });

  function faulty(value: string): Made {
    return {
      row: (code, node) => [`NA|${code}|${node}|${code === 131333 ? value : HUNDRED('1')}|uV`],
    };
  }

  function without(...codes: readonly number[]): Made {
    return {
      row: (code, node) => (codes.includes(code) ? [] : [`NA|${code}|${node}|${HUNDRED('1')}|uV`]),
    };
  }

  function extra(code: number): string {
    return `OBX|90|NA|${code}|1.1.1.2001|${HUNDRED('9')}|uV`;
  }
});
