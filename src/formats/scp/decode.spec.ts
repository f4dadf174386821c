import { describe, expect, test } from '@jest/globals';
import { leadOf } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeEcg } from '../decode.js';
import { crcCcitt } from './crc.js';
import {
  bits,
  crcByBits,
  dataSection,
  four,
  leadSection,
  resummed,
  scpRecord,
  two,
  type RecordOptions,
  type Sections,
} from './record.fixtures.js';

function read(sections: Sections, options?: RecordOptions): Reading {
  const result = decodeEcg(scpRecord(sections, options));
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function codeOf(sections: Sections, options?: RecordOptions): string {
  const result = decodeEcg(scpRecord(sections, options));
  return result.ok ? 'read' : `${result.failure.code}: ${result.failure.detail}`;
}

/** A second at 100 a second: 100 samples, 10,000 us apart. */
const COUNT = 100;
const eight = <T>(one: (lead: number) => T): T[] => [1, 2, 3, 4, 5, 6, 7, 8].map(one);
const steps = Array.from({ length: COUNT }, (_, i) => (i % 10) - 3);
const PLAIN: Sections = {
  3: leadSection(COUNT),
  6: dataSection(
    [2500, 10_000, 0, 0],
    eight((lead) => two(...steps.map((step) => step + lead))),
  ),
};

describe('an SCP-ECG record', () => {
  test('plain numbers, in nanovolts a step', () => {
    const { ecg, format } = read(PLAIN);
    expect(format).toBe('scp-ecg');
    expect(ecg).toMatchObject({ sampleRateHz: 100, sampleCount: COUNT });
    // V1 has number 3: steps 0, 1, 2 of 2500 nV are 0, 2.5, 5 uV; halves go away from zero.
    expect([...leadOf(ecg, 'V1').samples.slice(0, 3)]).toEqual([0, 3, 5]);
    expect([...leadOf(ecg, 'I').samples.slice(0, 2)]).toEqual([-5, -3]);
    expect(leadOf(ecg, 'aVF').origin).toBe('derived');
  });

  test('first and second differences', () => {
    // 10, then +2, -1, 0 for ever: 10, 12, 11, 11
    const once = eight(() => two(10, 2, -1, ...Array.from({ length: 97 }, () => 0)));
    const first = read({ ...PLAIN, 6: dataSection([1000, 10_000, 1, 0], once) });
    expect([...leadOf(first.ecg, 'V6').samples.slice(0, 5)]).toEqual([10, 12, 11, 11, 11]);
    // 10, 12, then each is 2 * before - the one before that + difference: 14 + 1, 18 - 3
    const twice = eight(() => two(10, 12, 1, -3, ...Array.from({ length: 96 }, () => 0)));
    const second = read({ ...PLAIN, 6: dataSection([1000, 10_000, 2, 0], twice) });
    expect([...leadOf(second.ecg, 'V6').samples.slice(0, 5)]).toEqual([10, 12, 15, 15, 15]);
  });

  test('Huffman code by the default table', () => {
    // 3, 0, -1 and zeros, as second differences: 3, 0, then 2 * 0 - 3 - 1 = -4, -8, -12
    const stream = bits('11100', '0', '101', '0'.repeat(97));
    const reading = read({
      2: two(19999),
      3: leadSection(COUNT),
      6: dataSection(
        [1000, 10_000, 2, 0],
        eight(() => stream),
      ),
    });
    expect([...leadOf(reading.ecg, 'II').samples.slice(0, 5)]).toEqual([3, 0, -4, -8, -12]);
  });

  test('an interval in whole microseconds stands for a whole rate', () => {
    const at = (microseconds: number): number =>
      read({
        3: leadSection(500),
        6: dataSection(
          [1000, microseconds, 0, 0],
          eight(() => two(...Array.from({ length: 500 }, () => 1))),
        ),
      }).ecg.sampleRateHz;
    expect([2000, 3333, 2778, 4000].map(at)).toEqual([500, 300, 360, 250]);
  });

  test('leads that begin and end at other samples are a page', () => {
    const starts = eight((lead) => (lead <= 4 ? 1 : 101));
    const leads = starts.flatMap((start, i) => [...four(start, start + 99), i + 1]);
    const { ecg } = read({ ...PLAIN, 3: [8, 0x20, ...leads] });
    expect(ecg.sampleCount).toBe(200);
    expect([leadOf(ecg, 'II').from, leadOf(ecg, 'II').to]).toEqual([0, 100]);
    expect([leadOf(ecg, 'V6').from, leadOf(ecg, 'V6').to]).toEqual([100, 200]);
  });

  test('other leads are kept where they are known, and passed over where not', () => {
    const leads = [...leadSection(COUNT).slice(2), ...four(1, 100), 12, ...four(1, 100), 16];
    const data = [...eight((lead) => lead), 40, 50].map((value) => two(...steps.map(() => value)));
    const { ecg } = read({ 3: [10, 0x54, ...leads], 6: dataSection([1000, 10_000, 0, 0], data) });
    expect(ecg.extraLeads.map(({ name, samples }) => [name, samples[0]])).toEqual([['V4R', 40]]);
    expect(leadOf(ecg, 'V6').samples[0]).toBe(8);
  });
});

describe('an SCP-ECG record compressed by its beats', () => {
  test('the average beat is laid under each beat it was taken from', () => {
    // An average beat of 40 ms at 10 ms: 4 samples of 5000 nV: 1, 2, 3, 4. Its fiducial is sample 2.
    // Beats: type 0 at 11-14 with fiducial 12, type 1 (not subtracted), type 0 cut to 51-52, 51.
    const beat = eight(() => two(1, 2, 3, 4));
    const zones = [
      [0, 11, 12, 14],
      [1, 31, 32, 34],
      [0, 51, 51, 52],
    ];
    const sections: Sections = {
      3: leadSection(COUNT, 0x45),
      4: [
        ...two(40, 2, 3),
        ...zones.flatMap(([type = 0, ...samples]) => [...two(type), ...four(...samples)]),
        ...zones.flatMap(([, start = 0, , end = 0]) => four(start, end)),
      ],
      5: dataSection([5000, 10_000, 0, 0], beat),
      6: dataSection(
        [1000, 10_000, 0, 0],
        eight(() => two(...steps.map(() => 100))),
      ),
    };
    const { samples } = leadOf(read(sections).ecg, 'V2');
    expect([...samples.slice(9, 15)]).toEqual([100, 105, 110, 115, 120, 100]);
    expect([...samples.slice(30, 34)]).toEqual([100, 100, 100, 100]);
    // Fiducial 2 of the beat lies on sample 51: 2 and 3 steps are added.
    expect([...samples.slice(49, 53)]).toEqual([100, 110, 115, 100]);
    expect(codeOf({ ...sections, 5: [] })).toMatch(/^encoding-broken/);
    expect(codeOf({ ...sections, 4: [] })).toMatch(/^encoding-broken/);
  });

  test('bimodal: whole between the zones only each fourth sample is stored', () => {
    // 250 a second (4,000 us), stored at 16,000 us: blocks of four. One protected zone, 101 to 120:
    // 100 samples before it are 25 blocks, 130 behind it are 32 blocks and 2 samples.
    const stored = [
      ...Array.from({ length: 25 }, (_, i) => i * 8),
      ...Array.from({ length: 20 }, (_, i) => 500 + i),
      ...Array.from({ length: 32 }, () => 40),
      7,
      9,
    ];
    const sections: Sections = {
      3: leadSection(250),
      4: [...two(0, 0, 1), ...two(0), ...four(0, 0, 0), ...four(101, 120)],
      5: dataSection(
        [1000, 4_000, 0, 0],
        eight(() => []),
      ),
      6: dataSection(
        [1000, 16_000, 0, 1],
        eight(() => two(...stored)),
      ),
    };
    const { ecg } = read(sections);
    expect(ecg).toMatchObject({ sampleRateHz: 250, sampleCount: 250 });
    const { samples } = leadOf(ecg, 'V3');
    // Level 0 for two samples, then from 0 to 8 in steps of 2, and on.
    expect([...samples.slice(0, 8)]).toEqual([0, 0, 0, 2, 4, 6, 8, 10]);
    // The last block's level, 24 * 8 = 192, is held to the zone; the zone is as it was.
    expect([...samples.slice(96, 103)]).toEqual([188, 190, 192, 192, 500, 501, 502]);
    expect([...samples.slice(118, 121)]).toEqual([518, 519, 40]);
    expect([...samples.slice(246)]).toEqual([40, 40, 7, 9]);
    // Since version 3 the byte is reserved: all samples would have to be there.
    expect(codeOf(sections, { version: 30 })).toMatch(/^encoding-broken/);
  });

  test('beats that cover the recording many times are refused, not added up', () => {
    const zone = [...two(0), ...four(1, 50, 100)];
    const zones = Array.from({ length: 500 }, () => [...zone]).flat();
    const areas = Array.from({ length: 500 }, () => four(0, 0)).flat();
    const sections: Sections = {
      3: leadSection(COUNT, 0x45),
      4: [...two(1000, 50, 500), ...zones, ...areas],
      5: dataSection(
        [1000, 10_000, 0, 0],
        eight(() => two(...steps)),
      ),
      6: PLAIN[6] ?? [],
    };
    expect(codeOf(sections)).toBe('encoding-broken: the beats lie upon each other');
  });
});

describe('the bounds of an SCP-ECG record', () => {
  test('its checksum is the one of the standard', () => {
    // The check value of this polynomial and start, over the digits 1 to 9.
    expect(crcCcitt(Buffer.from('123456789'))).toBe(0x29b1);
    expect(crcByBits([...Buffer.from('123456789')])).toBe(0x29b1);
  });

  test('a byte that changed on its way is noticed wherever it is', () => {
    const whole = scpRecord(PLAIN);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const result = decodeEcg(bytes);
      // One sum of two may be hit itself: then the other one holds.
      if (result.ok) expect(result.value.ecg).toEqual(read(PLAIN).ecg);
    }
  });

  test('one of two sums is enough, two wrong ones are not, and none at all is a habit', () => {
    const wrong = (right: number): number => right ^ 0x0f0f;
    expect(codeOf(PLAIN, { sum: (s, of) => (of === 'record' ? wrong(s) : s) })).toBe('read');
    expect(codeOf(PLAIN, { sum: (s, of) => (of === 'record' ? s : wrong(s)) })).toBe('read');
    expect(codeOf(PLAIN, { sum: (s, of) => (of === 'record' || of === 6 ? wrong(s) : s) })).toBe(
      'encoding-broken: the checksum of section 6 is wrong',
    );
    expect(codeOf(PLAIN, { sum: wrong })).toMatch(/^encoding-broken/);
    expect(codeOf(PLAIN, { sum: () => 0 })).toBe('read');
    expect(codeOf(PLAIN, { sum: (s, of) => (of === 3 ? wrong(s) : 0) })).toMatch(
      /^encoding-broken/,
    );
    // Words that cannot be trusted are left out, and the ECG stands.
    const said: Sections = { ...PLAIN, 8: [1, ...two(0), 0, 0, 0, 0, 0, 1, 1, ...two(2), 65, 0] };
    expect(read(said).vendorStatements).toEqual(['A']);
    const doubtful: RecordOptions = {
      sum: (s, of) => (of === 'record' || of === 8 ? wrong(s) : s),
    };
    expect(read(said, doubtful).vendorStatements).toEqual([]);
  });

  test('a pointer to a section that is not needed may be wrong, to one that is needed not', () => {
    const astray = (id: number, by: number): string => {
      const bytes = scpRecord({ ...PLAIN, 8: [0, 0] });
      const view = new DataView(bytes.buffer);
      const at = 22 + id * 10 + 6;
      view.setUint32(at, view.getUint32(at, true) + by, true);
      const decoded = decodeEcg(resummed(bytes));
      return decoded.ok ? 'read' : decoded.failure.code;
    };
    for (const by of [-2, 1_000_000]) {
      expect(astray(8, by)).toBe('read');
      expect(astray(3, by)).toBe('encoding-broken');
    }
  });

  test('what cannot be read is refused by name', () => {
    const rhythm = (head: [number, number, number, number]): Sections => ({
      ...PLAIN,
      6: dataSection(
        head,
        eight(() => two(...steps)),
      ),
    });
    expect(codeOf({ 3: leadSection(COUNT) })).toMatch(/^no-ecg/);
    expect(codeOf(rhythm([0, 10_000, 0, 0]))).toMatch(/^unit-unknown/);
    expect(codeOf(rhythm([1000, 0, 0, 0]))).toMatch(/^sample-rate-invalid/);
    expect(codeOf(rhythm([1000, 10_000, 3, 0]))).toMatch(/^encoding-unknown/);
    expect(codeOf({ ...PLAIN, 3: leadSection(101) })).toMatch(/^encoding-broken/);
    expect(codeOf({ ...PLAIN, 3: leadSection(0) })).toMatch(/^duration-invalid/);
    expect(codeOf({ ...PLAIN, 3: leadSection(0xffffffff) })).toMatch(/^duration-invalid/);
    expect(codeOf({ ...PLAIN, 3: [8, 4, 1, 0] })).toMatch(/^encoding-broken/);
    const twice = leadSection(COUNT).map((byte, i) => (i === 10 ? 2 : byte));
    expect(codeOf({ ...PLAIN, 3: twice })).toMatch(/^lead-doubled/);
    const other = leadSection(COUNT).map((byte, i) => (i === 10 ? 16 : byte));
    expect(codeOf({ ...PLAIN, 3: other })).toMatch(/^lead-missing/);
    expect(codeOf({ ...PLAIN, 2: two(0) })).toMatch(/^encoding-broken/);
  });

  test('a record is told by its beginning', () => {
    const whole = scpRecord(PLAIN);
    const old = whole.slice();
    old.fill(0, 16, 22);
    const sums = decodeEcg(old);
    expect(sums.ok ? 'read' : sums.failure.code).toBe('encoding-broken');
    expect(decodeEcg(whole.subarray(0, whole.length - 2))).toMatchObject({ ok: false });
    expect(decodeEcg(Buffer.concat([whole, Buffer.from('more')]))).toMatchObject({ ok: true });
  });
});
