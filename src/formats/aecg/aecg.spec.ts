import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { sharedPath } from '../../../test/support/shared.js';
import { leadOf, MISSING } from '../../core/ecg/ecg.js';
import { checkLimbLeads } from '../../core/ecg/einthoven.js';
import { LEAD_NAMES, type LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { describeFormat } from '../conformance.suite.js';
import { AECG, decodeAecg } from './aecg.js';
import {
  bytesOf,
  CHEST,
  digits,
  document,
  first,
  lead,
  LIMBS,
  read,
  refusal,
  series,
  SET,
  time,
  value,
  whole,
} from './aecg.fixtures.js';
import { toAecg } from './write.js';

describeFormat({
  name: AECG.name,
  encode: (reading) => toAecg(reading),
  decode: decodeAecg,
  // The standard has no place for visits and orders, and one for a single number of the subject.
  unlike: {
    encounter: null,
    order: null,
    patient: { ...(sampleReading().patient as NonNullable<Reading['patient']>), others: [] },
  },
});

describe('numbers worked out by hand', () => {
  test('microvolts are origin and scale times digit, each in its own unit', () => {
    const { ecg } = read(
      whole(
        time(),
        // 2.5 * 1 = 2.5 and 2.5 * -1 = -2.5 round away from nought, 2.5 * 4 = 10.
        lead('MDC_ECG_LEAD_I', value(digits(1, -1, 4), '<scale value="2.5" unit="uV"/>')),
        // 0.1 mV + 2 * 0.005 mV = 0.11 mV, and the noughts behind it are 0.1 mV.
        lead(
          'MDC_ECG_LEAD_II',
          value(digits(2), '<scale value="0.005" unit="mV"/>', '<origin value="0.1" unit="mV"/>'),
        ),
        // 500 nV * 3 = 1500 nV = 1.5 uV, rounded to 2.
        lead('MDC_ECG_LEAD_V1', value(digits(3), '<scale value="500" unit="nV"/>')),
        // 0.000001 V * 7 = 7 uV, from an origin of nought that needs no unit.
        lead(
          'MDC_ECG_LEAD_V2',
          value(digits(7), '<scale value="1e-6" unit="V"/>', '<origin value="0"/>'),
        ),
        ...CHEST.slice(2),
      ),
    );
    const at = (name: LeadName): number[] => Array.from(leadOf(ecg, name).samples.slice(0, 4));
    expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([50, 50]);
    expect(at('I')).toEqual([3, -3, 10, 0]);
    expect(at('II')).toEqual([110, 100, 100, 100]);
    expect(at('V1')).toEqual([2, 0, 0, 0]);
    expect(at('V2')).toEqual([7, 0, 0, 0]);
    // II - I
    expect(at('III')).toEqual([107, 103, 90, 100]);
  });

  test.each([
    ['<increment value="0.02" unit="s"/>', 50],
    ['<increment value="20" unit="ms"/>', 50],
    ['<increment value="0.02" unit="sec"/>', 50],
    ['<increment value="20" unit="mSec"/>', 50],
    ['<increment value="20000" unit="us"/>', 50],
    ['<increment value="20000" unit="\u00b5s"/>', 50],
    // 1 / 0.0200001 = 49.99975, a rate of 50 Hz whose period was cut.
    ['<increment value="0.0200001" unit="s"/>', 50],
  ])('the rate is one over the increment: %s', (increment, rate) => {
    expect(read(whole(time(increment), ...LIMBS, ...CHEST)).ecg.sampleRateHz).toBe(rate);
  });

  test('a relative time gives the same rate', () => {
    const relative = lead(
      'TIME_RELATIVE',
      '<value xsi:type="GLIST_PQ"><head value="0" unit="s"/><increment value="20" unit="ms"/></value>',
    );
    expect(read(whole(relative, ...LIMBS, ...CHEST)).ecg.sampleRateHz).toBe(50);
  });

  test('digits are parted by any blanks, comments and references', () => {
    const samples = `\n\t 5\r\n  6<!-- 99 -->&#32;7 <![CDATA[8]]>${' 0'.repeat(46)}\n`;
    const reading = read(
      whole(time(), lead('MDC_ECG_LEAD_I', value(samples)), LIMBS[1] ?? '', ...CHEST),
    );
    expect(first(reading, 'I', 5)).toEqual([5, 6, 7, 8, 0]);
  });
});

describe('leads', () => {
  test('are told by every spelling of their code', () => {
    const reading = read(
      whole(
        time(),
        ...LIMBS,
        lead('MDC_ECG_LEAD_AUGMENTED_VOLTAGE_RIGHT', value(digits(-7))),
        lead('MDC_ECG_LEAD_AVL', value(digits(-1))),
        lead('mdc_ecg_lead_augmented_voltage_foot', value(digits(8))),
        lead('131389', value(digits(6))),
        ...CHEST,
      ),
    );
    expect(LEAD_NAMES.slice(0, 6).map((name) => first(reading, name, 1)[0])).toEqual([
      4, 10, 6, -7, -1, 8,
    ]);
    expect(reading.ecg.leads.every(({ origin }) => origin === 'recorded')).toBe(true);
  });

  test('are told by the words where there is no code, and never against it', () => {
    const worded = lead('', value(digits(9))).replace('code=""', 'displayName="Lead V7"');
    expect(read(whole(SET, worded)).ecg.extraLeads[0]?.samples[0]).toBe(9);
    const against = SET.replace(
      'code="MDC_ECG_LEAD_V1"',
      'code="MDC_ECG_LEAD_V1" displayName="V2"',
    );
    expect(first(read(whole(against)), 'V1', 1)).toEqual(first(read(whole(SET)), 'V1', 1));
  });

  test('beyond the twelve are kept where they are known and passed over where not', () => {
    const codes = ['MAKER_ECG_LEAD_V4R', 'MDC_ECG_LEAD_V7', 'MDC_ECG_LEAD_VX'];
    const more = codes.map((code, i) => lead(code, value(digits(20 + i))));
    const { ecg } = read(whole(SET, ...more));
    expect(ecg.extraLeads.map(({ name, samples }) => [name, samples[0]])).toEqual([
      ['V4R', 20],
      ['V7', 21],
    ]);
  });

  test('without digits were not recorded', () => {
    const reading = read(whole(SET, lead('MDC_ECG_LEAD_III', value(''))));
    expect(leadOf(reading.ecg, 'III').origin).toBe('derived');
    expect(refusal(whole(time(), ...LIMBS, lead('MDC_ECG_LEAD_V1', value(''))))).toBe(
      'lead-missing',
    );
  });
});

describe('series and sets', () => {
  const median = series([SET.replaceAll('<digits>', '<digits>9')], '', 'REPRESENTATIVE_BEAT');
  test('a median beat is never taken for the rhythm, before it or inside of it', () => {
    const derivation = `<derivation><derivedSeries>${median}</derivedSeries></derivation>`;
    expect(first(read(document(median + series([SET]))), 'II', 1)).toEqual([10]);
    expect(first(read(document(series([SET], derivation))), 'II', 1)).toEqual([10]);
    expect(refusal(document(median))).toBe('no-ecg');
  });

  test('of several rhythms the first stands', () => {
    const second = SET.replaceAll('<digits>', '<digits>5');
    expect(first(read(document(series([SET]) + series([second]))), 'II', 1)).toEqual([10]);
    expect(first(read(document(series([SET, second]))), 'II', 1)).toEqual([10]);
  });

  test('a series that holds all leads goes before a strip of some', () => {
    const strip = series([time() + lead('MDC_ECG_LEAD_II', value(digits(3)))]);
    expect(first(read(document(strip + series([SET]))), 'II', 1)).toEqual([10]);
    expect(refusal(document(strip + strip))).toBe('lead-missing');
    const broken = series([SET.replace('unit="uV"', 'unit="kg"')]);
    expect(first(read(document(broken + series([SET]))), 'II', 1)).toEqual([10]);
    expect(refusal(document(broken))).toBe('unit-unknown');
  });

  test("a recorder's own word for a series is a rhythm, unless it says beat", () => {
    expect(first(read(document(series([SET], '', 'RESTING_ECG'))), 'II', 1)).toEqual([10]);
    for (const code of ['REPRESENTATIVE_BEAT', 'MEDIAN', 'average_beat']) {
      expect(refusal(document(series([SET], '', code)))).toBe('no-ecg');
    }
    const other = series([SET.replaceAll('<digits>', '<digits>9 ')], '', 'OTHER');
    expect(first(read(document(other + series([SET]))), 'II', 1)).toEqual([10]);
  });

  test('a set for each lead, with a clock that does not begin at nought', () => {
    // Every set begins 2.5 s into the recording, so that all of them stand side by side.
    const clock = lead(
      'TIME_RELATIVE',
      '<value xsi:type="GLIST_PQ"><head value="2.5" unit="s"/><increment value="0.02" unit="s"/></value>',
    );
    const { ecg } = read(document(series([...LIMBS, ...CHEST].map((one) => clock + one))));
    expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([50, 50]);
    expect([leadOf(ecg, 'II').samples[0], leadOf(ecg, 'V3').samples[0]]).toEqual([10, 2]);
  });

  test('sets whose clocks are no time are not put side by side', () => {
    const at = (head: string): string =>
      series([time(undefined, head) + LIMBS.join(''), time(undefined, head) + CHEST.join('')]);
    expect(refusal(document(at('2026-01-31T11:59:00')))).toBe('was read');
    expect(refusal(document(at('2026-13-41T11:59:00')))).toBe('time-invalid');
  });

  test('a page of four groups and a strip is put together by the time of each group', () => {
    // Groups of 20 ms * 50 = 1 s, one second after the other; the strip below repeats II for all 4 s.
    const group = (names: readonly string[], second: number): string =>
      time(undefined, `2026013111590${second}.250`) +
      names.map((name, i) => lead(`MDC_ECG_LEAD_${name}`, value(digits(10 * second + i)))).join('');
    const strip = lead(
      'MDC_ECG_LEAD_II',
      value(`1 ${digits()} ${digits()} ${digits()} ${digits().slice(2)}`),
    );
    const { ecg } = read(
      document(
        series([
          group(['I', 'II', 'III'], 0),
          group(['aVR', 'aVL', 'aVF'], 1),
          group(['V1', 'V2', 'V3'], 2),
          group(['V4', 'V5', 'V6'], 3),
          time() + strip,
        ]),
      ),
    );
    expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([50, 200]);
    expect(ecg.leads.map(({ name, from, to }) => `${name} ${from}-${to}`)).toEqual([
      ...['I 0-50', 'II 0-200', 'III 0-50', 'aVR 50-100', 'aVL 50-100', 'aVF 50-100'],
      ...['V1 100-150', 'V2 100-150', 'V3 100-150', 'V4 150-200', 'V5 150-200', 'V6 150-200'],
    ]);
    expect([leadOf(ecg, 'II').samples[0], leadOf(ecg, 'V5').samples[150]]).toEqual([1, 31]);
    expect(leadOf(ecg, 'V5').samples[149]).toBe(MISSING);
  });

  test('a page that was written by us is read back as it was', () => {
    const reading = read(toAecg(pageReading()));
    expect(reading.ecg).toEqual(pageReading().ecg);
  });

  test('prefixes make no difference', () => {
    const prefixed = whole(SET)
      .replace(/<(\/?)([A-Za-z]+)/g, '<$1h:$2')
      .replace('xmlns=', 'xmlns:h=')
      .replaceAll('"SLIST_PQ"', '"h:SLIST_PQ"');
    expect(prefixed).toContain('<h:sequence><h:code');
    expect(AECG.recognises(bytesOf(prefixed))).toBe(true);
    expect(read(prefixed)).toEqual(read(whole(SET)));
  });
});
/** Two halves of a page: limb leads for the first second, chest leads for the next. */
function pageReading(): Reading {
  const sets = [LEAD_NAMES.slice(0, 6), LEAD_NAMES.slice(6)].map(
    (names, half) =>
      time(undefined, `2026013111590${half}.250`) +
      names.map((name, i) => lead(`MDC_ECG_LEAD_${name}`, value(digits(i)))).join(''),
  );
  return read(document(series(sets)));
}

const samples = sharedPath('samples', 'hl7-aecg');
(samples ? describe : describe.skip)('real files', () => {
  const load = (name: string): Buffer => readFileSync(`${samples ?? ''}/${name}`);

  test.each(['example.xml', 'subject1_0.xml'])(
    '%s is read as a plain search of its text reads it',
    (name) => {
      const { ecg, patient, acquired } = read(load(name));
      expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([500, 5000]);
      expect([patient?.authority, acquired?.local]).toEqual([
        'urn:oid:2.16.840.1.113883.3.400',
        '2002-11-22T09:10:00.000',
      ]);
      const rhythm = load(name).toString('latin1').split('<derivation>')[0] ?? '';
      const sequences = [
        ...rhythm.matchAll(
          /MDC_ECG_LEAD_(\w+)"[^]*?<scale value="([\d.]+)" unit="uV"\/>[^]*?<digits>([^<]*)</g,
        ),
      ];
      expect(sequences).toHaveLength(12);
      for (const [, lead, scale, text] of sequences) {
        const expected = (text ?? '')
          .trim()
          .split(/\s+/)
          .map((digit) => Number(digit) * Number(scale));
        const found = leadOf(
          ecg,
          LEAD_NAMES.find((one) => one.toUpperCase() === lead?.toUpperCase()) ?? 'I',
        );
        expect(expected).toHaveLength(5000);
        expect(expected.every((one, i) => Math.abs(one - (found.samples[i] ?? NaN)) <= 0.5)).toBe(
          true,
        );
      }
      // A step is 2.5 uV, so the sum of two rounded leads is off by a few steps at most.
      for (const check of checkLimbLeads(ecg)) expect(check.errorMicrovolts).toBeLessThan(2.5);
      expect(checkLimbLeads(ecg)).toHaveLength(4);
    },
  );

  test('files without an ECG are refused, and why', () => {
    expect(refusal(load('empty.xml').toString())).toBe('no-ecg');
    expect(refusal(load('minimum.xml').toString())).toBe('duration-invalid');
  });
});
