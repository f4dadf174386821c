import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { misassigned } from '../../../test/support/misassigned.js';
import { MISSING } from '../../core/ecg/ecg.js';
import { LEAD_NAMES } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { toBase64 } from '../base64.js';
import { SIERRA } from './decode.js';
import {
  COUNT,
  sampleSteps,
  sierraDocument,
  STEP_MICROVOLTS,
  storedSteps,
  toInt16,
  toXli,
} from './document.fixtures.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

function read(document: string): Reading {
  const decoded = SIERRA.decode(utf8(document), {});
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

function refusalOf(document: string): string {
  const decoded = SIERRA.decode(utf8(document), {});
  return decoded.ok ? 'none' : decoded.failure.code;
}

function stepsOf(reading: Reading): Record<string, number[]> {
  const steps = (value: number) => value / STEP_MICROVOLTS;
  return Object.fromEntries(
    reading.ecg.leads.map(({ name, samples }) => [name, Array.from(samples, steps)]),
  );
}

const COMPRESSED_NOT = 'compressflag="False" compressmethod="XLI" dataencoding="Base64"';

function wordsOf(separator: string): string {
  return LEAD_NAMES.flatMap((name) => sampleSteps()[name]).join(separator);
}

const WHOLE = toInt16(LEAD_NAMES.map((name) => sampleSteps()[name]));

describe('the samples of a Sierra document', () => {
  test('XLI of 1.03: twelve leads in the standard order, the limb leads worked out', () => {
    const { ecg } = read(sierraDocument());
    expect(stepsOf(read(sierraDocument()))).toEqual(sampleSteps());
    expect(ecg.sampleRateHz).toBe(500);
    expect(ecg.leads.every(({ origin }) => origin === 'recorded')).toBe(true);
  });

  test('what is left over of a limb lead is taken off it', () => {
    const samples = toBase64(toXli(storedSteps(3)));
    expect(stepsOf(read(sierraDocument({ samples })))).toEqual(sampleSteps(3));
  });

  test.each([
    ['base64', 'dataencoding="Base64"', toBase64(WHOLE)],
    ['a method that its flag says was not used', COMPRESSED_NOT, toBase64(WHOLE)],
    ['hexadecimal', 'dataencoding="Hex"', Buffer.from(WHOLE).toString('hex')],
    ['numbers in words', 'dataencoding="Plain"', wordsOf(',\r\n')],
    // Converters leave the name of the method behind when they unpack the samples.
    ['numbers that were unpacked', 'compressmethod="XLI" dataencoding="Plain"', wordsOf(' ')],
  ])('%s: leads as they are', (_, attributes, samples) => {
    expect(stepsOf(read(sierraDocument({ attributes, samples })))).toEqual(sampleSteps());
  });

  test('samples of 8 and 24 bits, unsigned, and an offset that is taken off', () => {
    const narrow = LEAD_NAMES.flatMap((_, lead) =>
      Array.from({ length: COUNT }, (__, i) => 100 + lead + (i % 7)),
    );
    const offset = 'signaloffset="100" signalsigned="False"';
    const eight = `dataencoding="Base64" bitspersample="8" ${offset}`;
    const samples = toBase64(Uint8Array.from(narrow));
    expect(
      stepsOf(read(sierraDocument({ attributes: eight, samples })))['aVF']?.slice(0, 3),
    ).toEqual([5, 6, 7]);
    const wide = narrow.flatMap((value) => [value, 0, 0]);
    const attributes = `dataencoding="Base64" nbitspersample="24" ${offset}`;
    const same = read(sierraDocument({ attributes, samples: toBase64(Uint8Array.from(wide)) }));
    expect(stepsOf(same)['aVF']?.slice(0, 3)).toEqual([5, 6, 7]);
  });

  test('the waveform says its own rate and step in 1.04, and they go before those of acquisition', () => {
    const attributes = 'dataencoding="Base64" samplespersecond="250.0" resolution="2.5"';
    const { ecg } = read(
      sierraDocument({ attributes, samples: toBase64(WHOLE), durationMs: COUNT * 4 }),
    );
    expect(ecg.sampleRateHz).toBe(250);
    const [first] = sampleSteps().V3;
    expect(ecg.leads[8]?.samples[0]).toBe(-Math.round(-2.5 * (first ?? 0)));
  });

  test('leads go by their labels, C1 is V1, extra leads stay, others are passed over', () => {
    const steps = sampleSteps();
    const order = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'I', 'II'] as const;
    const extra = steps.V1.map((value) => value + 9);
    const channels = [...order.map((name) => steps[name]), extra, extra.map(() => 1), extra];
    const labels = [...order.map((name) => name.replace('V', 'C')), 'V4R', 'V8d', 'X'];
    const attributes = `dataencoding="Base64" numberofleads="11" leadlabels="${labels.join(' ')}"`;
    const { ecg } = read(sierraDocument({ attributes, samples: toBase64(toInt16(channels)) }));
    expect(Array.from(ecg.leads[6]?.samples ?? [])).toEqual(steps.V1.map((value) => 5 * value));
    expect(ecg.leads[2]?.origin).toBe('derived');
    expect(ecg.extraLeads.map(({ name }) => name)).toEqual(['V4R']);
  });

  test('labels may have commas between them', () => {
    const attributes = `compression="XLI" dataencoding="Base64" leadlabels="${LEAD_NAMES.join(', ')}"`;
    expect(stepsOf(read(sierraDocument({ attributes })))).toEqual(sampleSteps());
  });

  test('more chunks than leads are passed over, as are representative beats', () => {
    const samples = toBase64(toXli([...storedSteps(), storedSteps()[0] ?? []]));
    const beats = '</parsedwaveforms><repbeats dataencoding="Base64"><repbeat leadname="I"/>';
    const document = sierraDocument({ samples }).replace(
      '</parsedwaveforms>',
      `${beats}</repbeats>`,
    );
    expect(stepsOf(read(document))).toEqual(sampleSteps());
  });

  test('in UTF-16 it is the same', () => {
    const text = sierraDocument().replace('encoding="UTF-8"', 'encoding="utf-16"');
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(SIERRA.recognises(bytes)).toBe(true);
    expect(SIERRA.decode(bytes, {})).toEqual(SIERRA.decode(utf8(sierraDocument()), {}));
  });

  test('a lead without any value is left out, and is worked out where it can be', () => {
    const off = new Array<number>(COUNT).fill(32767);
    const channels = LEAD_NAMES.map((name) => (name === 'aVF' ? off : sampleSteps()[name]));
    const labels = [...LEAD_NAMES, 'V7'].join(' ');
    const attributes = `dataencoding="Base64" leadlabels="${labels}"`;
    const samples = toBase64(toInt16([...channels, off]));
    const { ecg } = read(sierraDocument({ attributes, samples }));
    expect([ecg.extraLeads.length, ecg.leads[5]?.origin]).toEqual([0, 'derived']);
  });

  test('the largest and the smallest number of a recorder stand for no sample', () => {
    const channels = LEAD_NAMES.map((name) => [...sampleSteps()[name]]);
    for (const channel of channels) channel.splice(10, 2, 32767, -32768);
    const attributes = 'dataencoding="Base64"';
    const { ecg } = read(sierraDocument({ attributes, samples: toBase64(toInt16(channels)) }));
    expect(ecg.leads[7]?.samples.slice(10, 12)).toEqual(Int16Array.of(MISSING, MISSING));
  });
});

describe('a Sierra document at fault', () => {
  test.each([
    ['another compression', { attributes: 'compression="ZIP" dataencoding="Base64"' }],
    ['another encoding', { attributes: 'dataencoding="Base85"' }],
    ['an odd number of bits', { attributes: 'dataencoding="Base64" bitspersample="12"' }],
    ['leads in elements of their own', { waveforms: '<leadwaveforms/>' }],
  ])('%s is not known', (_, parts) => {
    expect(refusalOf(sierraDocument(parts))).toBe('encoding-unknown');
  });

  test('samples that are not what they are said to be are broken', () => {
    expect(refusalOf(sierraDocument({ samples: '!!' }))).toBe('encoding-broken');
    expect(refusalOf(sierraDocument({ samples: 'AAAA' }))).toBe('encoding-broken');
    const hex = { attributes: 'dataencoding="Hex"', samples: 'abc' };
    expect(refusalOf(sierraDocument(hex))).toBe('encoding-broken');
    const plain = { attributes: 'dataencoding="Plain"', samples: '1 x 3' };
    expect(refusalOf(sierraDocument(plain))).toBe('sample-not-a-number');
  });

  test('another number of samples than declared is refused, whatever the encoding', () => {
    const attributes = 'dataencoding="Base64"';
    // 600 samples stand there; 99 and 1101 are declared, which is more than a second apart.
    for (const durationMs of [198, 2202]) {
      expect(refusalOf(sierraDocument({ durationMs }))).toBe('sample-count-differs');
    }
    for (const durationMs of [1198, 1202]) {
      const whole = { attributes, samples: toBase64(WHOLE), durationMs };
      expect(refusalOf(sierraDocument(whole))).toBe('sample-count-differs');
    }
    const nothing = { attributes, samples: '' };
    expect(refusalOf(sierraDocument(nothing))).toBe('sample-count-differs');
    expect(stepsOf(read(sierraDocument({ durationMs: 'Unknown' })))).toEqual(sampleSteps());
  });

  test('chunks of XLI tell their own length, of which the duration may miss a second', () => {
    for (const durationMs of [1200, 1202, 2200]) {
      expect(stepsOf(read(sierraDocument({ durationMs })))).toEqual(sampleSteps());
    }
    // 1100 ms at 500 Hz are 550 samples; what stands behind them is left out.
    const { ecg } = read(sierraDocument({ durationMs: 1100 }));
    expect([ecg.sampleCount, ecg.leads[1]?.samples.length]).toEqual([550, 550]);
    const [first = [], ...others] = storedSteps();
    const samples = toBase64(toXli([first, ...others.map((steps) => steps.slice(0, -1))]));
    expect(refusalOf(sierraDocument({ samples }))).toBe('sample-count-differs');
  });

  test('no rate, no step, no leads and no waveform are each named', () => {
    const signal = '<samplingrate>500</samplingrate>';
    expect(refusalOf(sierraDocument({ signal: '' }))).toBe('sample-rate-invalid');
    expect(refusalOf(sierraDocument({ signal }))).toBe('unit-unknown');
    const easi = `${signal}<resolution>5</resolution><acquisitiontype>EASI</acquisitiontype>`;
    expect(refusalOf(sierraDocument({ signal: easi }))).toBe('lead-unknown');
    const five = easi.replace('EASI', '5-WIRE');
    expect(refusalOf(sierraDocument({ signal: five }))).toBe('lead-unknown');
    const ten = easi.replace('EASI', '10-WIRE').replace('>500<', '>5.0E2<');
    expect(stepsOf(read(sierraDocument({ signal: ten })))).toEqual(sampleSteps());
    expect(refusalOf(sierraDocument({ waveforms: '<repbeats/>' }))).toBe('no-ecg');
    expect(refusalOf('<RestingECG/>')).toBe('no-ecg');
    const elsewhere = { waveforms: '<unparsedwaveforms href="a.dat"/>' };
    expect(refusalOf(sierraDocument(elsewhere))).toBe('pointer-not-followed');
  });

  test('limb leads that cannot be worked out are missing', () => {
    const labels = 'III aVR aVL aVF V1 V2 V3 V4 V5 V6';
    const attributes = `compression="XLI" dataencoding="Base64" leadlabels="${labels}"`;
    const samples = toBase64(toXli(storedSteps().slice(2)));
    expect(refusalOf(sierraDocument({ attributes, samples }))).toBe('lead-missing');
  });

  test('a small document that would unpack to a large one is refused before it does', () => {
    expect(refusalOf(sierraDocument({ durationMs: 590_000 }))).toBe('duration-invalid');
    const growing = [0, 0, 0, 0, 1, 0, 0, 0, ...new Array<number>(4000).fill(0)];
    growing.splice(0, 2, 4000 & 255, 4000 >> 8);
    const samples = toBase64(Uint8Array.from(growing));
    const bomb = sierraDocument({ samples, durationMs: 'Unknown' });
    expect(['encoding-broken', 'sample-count-differs']).toContain(refusalOf(bomb));
  });

  test('mutated bytes are an Ecg or a named refusal, and no lead takes the place of another', () => {
    const original = utf8(sierraDocument());
    const { ecg } = read(sierraDocument());
    const edit = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = original.slice();
        for (const [at, byte] of edits) bytes[at] = byte;
        const decoded = SIERRA.decode(bytes, {});
        if (!decoded.ok) expect(decoded.failure.class).toBe('permanent');
        else expect(misassigned(decoded.value.ecg, ecg)).toEqual([]);
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  test('a document cut short is refused', () => {
    const bytes = utf8(sierraDocument());
    for (let i = 0; i < 100; i += 1) {
      const cut = bytes.slice(0, Math.floor((bytes.length * i) / 100));
      expect(SIERRA.decode(cut, {}).ok).toBe(false);
    }
  });
});
