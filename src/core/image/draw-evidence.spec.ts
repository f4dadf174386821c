import { describe, expect, it } from '@jest/globals';
import { simulateEcg } from '../../../test/support/simulated.js';
import { measure } from '../signal/measure.js';
import { drawEcg } from './draw-ecg.js';
import { evidenceOf } from './evidence.js';
import { NO_FINDING } from './evidence-lines.js';
import { evidence, numbersOf, textsOf, wordsOf } from './page.fixtures.js';
import { TRACE_LEFT_MM } from './paper.js';

describe('the evidence on a page', () => {
  const ecg = simulateEcg({ seed: 9, condition: 'inferior-occlusion', ageYears: 60, sex: 'male' });
  const span = { lead: 'III' as const, fromMs: 1000, toMs: 1400, label: 'a' };

  it('shades a stretch in place, with hatching, a bar and a letter', () => {
    const page = drawEcg(ecg, { evidence: evidence({ spans: [span] }) });
    const [shaded] = page.marks.filter(({ ink }) => ink === 'shade');
    if (shaded?.kind !== 'rect') throw new Error('no shade was drawn');
    expect(shaded.width).toBeCloseTo(10, 9);
    expect(shaded.x).toBeCloseTo(TRACE_LEFT_MM + 25, 9);
    expect(page.marks.some(({ ink }) => ink === 'hatch')).toBe(true);
    expect(wordsOf(page).split('\n')).toContain('a');
  });

  it('tells how many stretches lie in seconds that the page does not show', () => {
    const elsewhere = { ...span, lead: 'V2' as const };
    const page = drawEcg(ecg, { evidence: evidence({ spans: [span, elsewhere] }) });
    expect(wordsOf(page)).toContain('Not on this page: 1 of 2 marked stretches.');
  });

  it('writes the ST level beside its lead and frames the ones that counted', () => {
    const measured = evidenceOf(measure(ecg), ['III']);
    const level = measured.stLevels.find(({ lead }) => lead === 'III')?.millimetres ?? 0;
    const page = drawEcg(ecg, { evidence: evidence(measured) });
    const text = textsOf(page).find((mark) => mark.text === `ST +${level.toFixed(1)}`);
    expect(text?.bold).toBe(true);
    expect(textsOf(page).filter(({ text: t, bold }) => t.startsWith('ST ') && bold)).toHaveLength(
      1,
    );
  });

  it('marks J and J + 60 ms on every median beat, on the same paper', () => {
    const measured = evidenceOf(measure(ecg));
    const { marks } = drawEcg(ecg, { evidence: evidence(measured) });
    const dots = marks.flatMap((m) =>
      m.kind === 'polyline' && m.ink === 'mark' && m.points.length === 2 ? [m.points[0] ?? 0] : [],
    );
    const ticks = marks.flatMap((m) =>
      m.kind === 'line' && m.ink === 'mark' && m.x1 === m.x2 ? [m.x1] : [],
    );
    expect(dots).toHaveLength(12);
    dots.forEach((x, i) => {
      expect(x - (ticks[i] ?? 0)).toBeCloseTo(0.06 * 25, 9);
    });
  });

  it('never lets "no finding" read as "normal"', () => {
    const page = drawEcg(ecg, { evidence: evidence() });
    expect(wordsOf(page)).toContain(NO_FINDING);
    expect(NO_FINDING).toMatch(/does not mean/);
  });

  it('says that more was said, where not all lines fit', () => {
    const text = 'A long sentence about something that was seen in this recording. '.repeat(4);
    const lines = Array.from({ length: 500 }, () => ({ kind: 'finding' as const, text }));
    const words = wordsOf(drawEcg(ecg, { evidence: evidence({ lines }) }));
    expect(words).toContain('More is said in the result than fits here.');
  });

  it('puts findings before abstentions, and names these', () => {
    const words = wordsOf(
      drawEcg(ecg, {
        evidence: evidence({
          lines: [
            { kind: 'abstention', text: 'culprit artery, a lead is missing' },
            { kind: 'finding', text: 'Occlusion-like pattern' },
          ],
        }),
      }),
    );
    const at = (text: string): number => words.indexOf(text);
    expect(at('Not assessed: culprit artery')).toBeGreaterThan(at('Occlusion-like pattern'));
    expect(words).not.toContain(NO_FINDING);
  });

  it('takes no harm from numbers that are none', () => {
    const page = drawEcg(ecg, {
      rateBpm: NaN,
      evidence: evidence({
        spans: [{ lead: null, fromMs: NaN, toMs: Infinity, label: 'q' }],
        stLevels: [{ lead: 'I', millimetres: NaN, isDecisive: true }],
      }),
    });
    expect(page.marks.flatMap(numbersOf).every(Number.isFinite)).toBe(true);
    expect(wordsOf(page)).not.toMatch(/NaN|Infinity/);
  });
});
