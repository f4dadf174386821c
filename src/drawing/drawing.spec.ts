import { describe, expect, it } from '@jest/globals';
import { drawEcg } from '../core/image/draw-ecg.js';
import { LAYOUT_NAMES } from '../core/image/paper.js';
import { simulateEcg } from '../sandbox/simulate.js';
import { toPng } from './png.js';
import { toSvg } from './svg.js';

const ecg = simulateEcg({ seed: 4, condition: 'normal', ageYears: 60, sex: 'male' });

describe('a drawn ECG', () => {
  it.each(LAYOUT_NAMES)('as %s says its true size and stays small', (layout) => {
    const svg = toSvg(drawEcg(ecg, { layout }));
    expect(svg).toMatch(/^<svg [^>]*width="297mm" height="210mm" viewBox="0 0 11880 8400"/);
    expect(svg.length).toBeLessThan(300_000);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has the pixels that its size and resolution make', () => {
    const png = Buffer.from(toPng(drawEcg(ecg), { dotsPerInch: 96 }));
    expect(png.toString('latin1', 1, 4)).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1123, 794]);
  });

  it('is the same picture, byte for byte, when drawn again', () => {
    expect(Buffer.compare(toPng(drawEcg(ecg)), toPng(drawEcg(ecg)))).toBe(0);
    expect(toSvg(drawEcg(ecg))).toBe(toSvg(drawEcg(ecg)));
  });
});
