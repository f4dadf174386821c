import { describe, expect, it } from '@jest/globals';
import { simulateEcg } from '../../../test/support/simulated.js';
import { MISSING } from '../ecg/ecg.js';
import { measure } from '../signal/measure.js';
import { drawEcg } from './draw-ecg.js';
import { evidenceOf } from './evidence.js';
import { DISCLAIMER } from './header.js';
import {
  columnsOnly,
  ecgOf,
  evidence,
  heightOf,
  isInGrid,
  numbersOf,
  pulsesOf,
  steps,
  textsOf,
  tracesOf,
  wordsOf,
} from './page.fixtures.js';
import type { Page } from './page.js';
import { GAINS, GRID_BOTTOM_MM, PAPER, SPEEDS, TRACE_LEFT_MM } from './paper.js';
import { boxOfText } from './writing.js';

const millivolt = ecgOf(steps(1000));

describe('the scale of a page', () => {
  it.each(GAINS)('draws 1 mV %d mm high at that gain', (gain) => {
    const page = drawEcg(millivolt, { gainMmPerMillivolt: gain });
    for (const trace of tracesOf(page)) expect(heightOf(trace)).toBeCloseTo(gain, 9);
    for (const pulse of pulsesOf(page)) expect(heightOf(pulse)).toBeCloseTo(gain, 9);
    expect(pulsesOf(page).length).toBeGreaterThan(0);
  });

  it.each([25, 50] as const)('draws a second %d mm long at that speed', (speed) => {
    const page = drawEcg(millivolt, { layout: '12x1', speedMmPerSecond: speed });
    const [first] = tracesOf(page);
    const points = first?.points ?? [];
    const rises = points.flatMap((x, i) =>
      i % 2 === 0 && i > 0 && (points[i + 1] ?? 0) < (points[i - 1] ?? 0) - 5 ? [x] : [],
    );
    expect((rises[1] ?? 0) - (rises[0] ?? 0)).toBeCloseTo(speed, 9);
  });

  it('has a line every millimetre and a strong one every five, both ways', () => {
    const { marks } = drawEcg(millivolt);
    const upright = (ink: string): number[] =>
      marks
        .flatMap((m) => (m.kind === 'line' && m.ink === ink && m.x1 === m.x2 ? [m.x1] : []))
        .sort((a, b) => a - b);
    const all = [...upright('grid'), ...upright('grid-strong')].sort((a, b) => a - b);
    expect(all).toHaveLength(PAPER.gridWidthMm + 1);
    all.slice(1).forEach((x, i) => {
      expect(x - (all[i] ?? 0)).toBeCloseTo(1, 9);
    });
    const strong = upright('grid-strong');
    strong.slice(1).forEach((x, i) => {
      expect(x - (strong[i] ?? 0)).toBeCloseTo(5, 9);
    });
  });

  it.each(SPEEDS)('stands a calibration pulse of 200 ms before the trace, at %s mm/s', (speed) => {
    const [pulse] = pulsesOf(drawEcg(millivolt, { speedMmPerSecond: speed }));
    const [, , rise = 0, , , , fall = 0] = pulse?.points ?? [];
    expect(fall - rise).toBeCloseTo(0.2 * speed, 9);
    expect(fall).toBeLessThan(TRACE_LEFT_MM);
  });
});

describe('the columns of a page', () => {
  it('follow one another in time, as carts print them', () => {
    // Only V1 has a step at 5.1 s; its column begins at 5 s.
    const ecg = ecgOf((lead, i) => (lead === 'V1' && i >= 2550 && i < 2560 ? 1000 : 0));
    const page = drawEcg(ecg, { rhythm: [] });
    const stepped = tracesOf(page).filter((trace) => heightOf(trace) > 5);
    expect(stepped).toHaveLength(1);
    const points = stepped[0]?.points ?? [];
    const level = points[1] ?? 0;
    const at = points.findIndex((y, i) => i % 2 === 1 && y < level - 5);
    expect(points[at - 1]).toBeCloseTo(TRACE_LEFT_MM + 5.1 * 25, 9);
  });

  it('show the same seconds where the recording is too short, and say so', () => {
    const page = drawEcg(ecgOf(steps(500), { seconds: 3 }));
    expect(wordsOf(page)).toContain('each column 0.0–2.5 s of 3.0 s');
    expect(wordsOf(page)).not.toContain('no signal');
  });

  it('show each lead of a 3x4 page in its own column', () => {
    const page = drawEcg(ecgOf(columnsOnly(steps(500))), { rhythm: [] });
    expect(tracesOf(page)).toHaveLength(12);
    expect(wordsOf(page)).not.toContain('no signal');
  });

  it('are not rearranged because one lead fell off', () => {
    const ecg = ecgOf((lead, i) => (lead === 'V6' && i > 500 ? MISSING : 0));
    const words = wordsOf(drawEcg(ecg));
    expect(words).toContain('0.0–10.0 s of 10.0 s');
    expect(words).toContain('no signal in these seconds');
  });

  it('say which seconds of a long recording they show', () => {
    const long = ecgOf(steps(500), { seconds: 30 });
    expect(wordsOf(drawEcg(long))).toContain('0.0–10.0 s of 30.0 s');
    expect(wordsOf(drawEcg(long, { fromSeconds: 12 }))).toContain('12.0–22.0 s of 30.0 s');
    expect(wordsOf(drawEcg(long, { fromSeconds: 999 }))).toContain('20.0–30.0 s of 30.0 s');
    expect(wordsOf(drawEcg(long, { fromSeconds: NaN }))).toContain('0.0–10.0 s of 30.0 s');
  });

  it('turn aVR over in the order of Cabrera, and call it so', () => {
    const ecg = ecgOf((lead, i) => (lead === 'aVR' && i % 500 > 480 ? -1000 : 0));
    const words = wordsOf(drawEcg(ecg, { layout: '6x2', order: 'cabrera' })).split('\n');
    expect(words.slice(0, 3)).toEqual(['aVL', 'V1', 'I']);
    expect(words).toContain('−aVR');
    const page = drawEcg(ecg, { layout: '6x2', order: 'cabrera' });
    const trace = tracesOf(page).find((mark) => heightOf(mark) > 5);
    const heights = trace?.points.filter((_, i) => i % 2 === 1) ?? [];
    expect(Math.min(...heights)).toBeCloseTo((heights[0] ?? 0) - 10, 9);
  });

  it('give right-sided and posterior leads rows of their own', () => {
    const words = wordsOf(drawEcg(ecgOf(steps(500), { withExtraLeads: true }))).split('\n');
    expect(words).toEqual(expect.arrayContaining(['V3R', 'V4R', 'V7', 'V8', 'V9']));
  });
});

describe('what is not known or does not fit', () => {
  it('leaves a gap in the trace where nobody measured', () => {
    const ecg = ecgOf((lead, i) => (lead === 'II' && i >= 2000 && i < 2500 ? MISSING : 0));
    const page = drawEcg(ecg, { layout: '12x1' });
    const [from, to] = [TRACE_LEFT_MM + 4 * 25, TRACE_LEFT_MM + 5 * 25];
    const inGap = tracesOf(page).filter(({ points }) => {
      const xs = points.filter((_, i) => i % 2 === 0);
      return Math.min(...xs) < from + 1 && Math.max(...xs) > to - 1;
    });
    expect(tracesOf(page)).toHaveLength(13);
    expect(inGap).toHaveLength(11);
  });

  it('cuts a trace that leaves its room, inside the grid, with an arrow and a word', () => {
    const page = drawEcg(ecgOf((_, i) => (i % 600 < 30 ? 30000 : i % 600 < 60 ? -30000 : 0)));
    for (const { points } of tracesOf(page)) {
      points.forEach((value, i) => {
        if (i % 2 === 0) return;
        expect(value >= PAPER.gridTopMm && value <= GRID_BOTTOM_MM).toBe(true);
      });
    }
    expect(page.marks.some(({ kind, ink }) => kind === 'polyline' && ink === 'mark')).toBe(true);
    expect(wordsOf(page)).toContain('Arrows: the trace goes on beyond its row.');
  });

  it('takes off a recorder offset, which paper does not show', () => {
    const page = drawEcg(ecgOf((lead, i) => steps(1000)(lead, i) + 20000));
    expect(wordsOf(page)).not.toContain('Arrows');
    for (const trace of tracesOf(page)) expect(heightOf(trace)).toBeCloseTo(10, 9);
  });

  it('stays bounded and finite for the wildest recording', () => {
    const wild = ecgOf((_, i) => (i % 2 === 0 ? 32767 : -32767), { sampleRateHz: 4000 });
    const { marks } = drawEcg(wild, { layout: '12x1', rhythm: ['I', 'II', 'V1', 'V2', 'V3'] });
    expect(marks.length).toBeLessThan(150_000);
    expect(marks.every((mark) => numbersOf(mark).every(Number.isFinite))).toBe(true);
  });
});

describe('the words of a page', () => {
  it('never stand on a trace of an ordinary ECG', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const ecg = simulateEcg({ seed, condition: 'normal', ageYears: 60, sex: 'male' });
      const levels = evidence(evidenceOf(measure(ecg), ['II']));
      for (const layout of ['3x4', '6x2'] as const) {
        expect(hitsOf(drawEcg(ecg, { layout, evidence: levels }))).toEqual([]);
      }
    }
  });

  it('hold nothing of a patient unless the caller says so', () => {
    const ecg = ecgOf(steps(500), { more: { patient: { ageYears: 77, sex: 'female' } } });
    expect(wordsOf(drawEcg(ecg))).not.toMatch(/77|female/);
    expect(wordsOf(drawEcg(ecg, { patientLines: ['Ada L.'] }))).toContain('Ada L.');
  });

  it('say what is not known of time, zone, rate, recorder and filters', () => {
    const unknown = wordsOf(drawEcg(millivolt, { rateBpm: null }));
    expect(unknown).toContain('Time of recording not known');
    expect(unknown).toContain('Recorder not known');
    expect(unknown).toContain('filters not known');
    expect(unknown).toContain('Heart rate not measured');
    const local = '2026-10-25T02:30:00.000';
    const written = (offsetMinutes: number | null, zone: string | null = null): string =>
      wordsOf(drawEcg(millivolt, { acquired: { local, offsetMinutes }, zone }));
    expect(written(null)).toContain('2026-10-25 02:30:00 (zone not known)');
    expect(written(null, 'Europe/Stockholm')).toContain('02:30:00 (Europe/Stockholm)');
    expect(written(-210)).toContain('02:30:00 UTC−03:30');
  });

  it('always end with what this page is not', () => {
    expect(wordsOf(drawEcg(millivolt))).toContain(DISCLAIMER);
  });
});

/** Names in the grid that a point of a trace runs through. */
function hitsOf(page: Page): readonly string[] {
  const boxes = textsOf(page)
    .filter(isInGrid)
    .map((mark) => ({ ...boxOfText(mark), text: mark.text }));
  expect(boxes.length).toBeGreaterThanOrEqual(12);
  const hits = new Set<string>();
  for (const { points } of tracesOf(page)) {
    for (let i = 0; i < points.length; i += 2) {
      const [px, py] = [points[i] ?? 0, points[i + 1] ?? 0];
      for (const { x, y, width, height, text } of boxes) {
        if (px > x && px < x + width && py > y && py < y + height) hits.add(text);
      }
    }
  }
  return [...hits];
}
