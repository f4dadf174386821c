import { describe, expect, it } from '@jest/globals';
import { drawEcg } from '../core/image/draw-ecg.js';
import { ecgOf, evidence, steps } from '../core/image/page.fixtures.js';
import { polyline } from '../core/image/page.js';
import { LAYOUT_NAMES } from '../core/image/paper.js';
import { simulateEcg } from '../../test/support/simulated.js';
import { toSvg } from './svg.js';

const ecg = simulateEcg({ seed: 4, condition: 'normal', ageYears: 60, sex: 'male' });

/** What is left of XML once every well-formed tag and text is taken away: nothing, if it is XML. */
function malformed(svg: string): string {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<&]*")*)(\/?)>/g,
    (_, closing: string, name: string, __: string, empty: string) => {
      if (closing) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  return rest
    .replace(/&(amp|lt|gt|quot|#39);/g, '')
    .replace(/[^<>&\u0000-\u0008\ud800-\udfff]/g, '');
}

describe('a page as SVG', () => {
  it.each(LAYOUT_NAMES)('as %s says its true size and stays below 300 kB', (layout) => {
    const svg = toSvg(drawEcg(ecg, { layout }));
    expect(svg).toMatch(/^<svg [^>]*width="297mm" height="210mm" viewBox="0 0 11880 8400"/);
    expect(Buffer.byteLength(svg)).toBeLessThan(300_000);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(malformed(svg)).toBe('');
  });

  it('keeps hostile text as text', () => {
    const hostile = `</text><script>alert("1")</script>&#x0; ]]> ' \u0000 \ud800 <!--`;
    const made = { more: { device: { manufacturer: hostile, model: hostile } } };
    const svg = toSvg(
      drawEcg(ecgOf(steps(500), made), {
        patientLines: [hostile],
        zone: hostile,
        acquired: { local: hostile, offsetMinutes: null },
        evidence: evidence({
          lines: [{ kind: 'finding', text: hostile }],
          spans: [{ lead: null, fromMs: 0, toMs: 500, label: '<b' }],
        }),
      }),
    );
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(malformed(svg)).toBe('');
  });

  it('refers to nothing outside itself', () => {
    expect(toSvg(drawEcg(ecg))).not.toMatch(/href|url\(|@import|<style/);
  });

  it('writes a line as steps from its first point, and a point alone as a dot', () => {
    const marks = [
      polyline('trace', 0.3, [1, 1, 1.05, 0.5, 2, 0.5]),
      polyline('trace', 0.3, [3, 3]),
    ];
    const svg = toSvg({ widthMm: 10, heightMm: 10, title: 't', marks });
    expect(svg).toContain('d="M40 40l2-20 38 0M120 120h0"');
  });

  it('is the same text when drawn again', () => {
    expect(toSvg(drawEcg(ecg))).toBe(toSvg(drawEcg(ecg)));
  });
});
