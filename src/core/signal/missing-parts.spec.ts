import { expect, test } from '@jest/globals';
import { createEcg, MISSING, type Ecg } from '../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../ecg/lead.js';
import { measure } from './measure.js';
import { missingParts } from './missing-parts.js';
import { assessQuality } from './quality.js';

const RATE_HZ = 500;
const SECONDS = 10;
const COUNT = RATE_HZ * SECONDS;

/** Samples that nobody measured, from and to in seconds. */
type Gap = readonly [from: number, to: number];

/** A page of four columns: each lead stands in its own, but those in `whole`; `gaps` come on top. */
function page(
  whole: readonly LeadName[],
  gaps: Partial<Record<LeadName, Gap>> = {},
  columns = 4,
): Ecg {
  const leads = LEAD_NAMES.map((name, i) => {
    const width = COUNT / columns;
    const from = Math.floor((i * columns) / LEAD_NAMES.length) * width;
    const gap = gaps[name];
    const microvolts = Array.from({ length: COUNT }, (_, at) => {
      const isOnPage = whole.includes(name) || (at >= from && at < from + width);
      const isGap = gap !== undefined && at >= gap[0] * RATE_HZ && at < gap[1] * RATE_HZ;
      return isOnPage && !isGap ? 100 * Math.round(Math.sin(at / 20)) : MISSING;
    });
    return { name, microvolts };
  });
  const ecg = createEcg({ leads, sampleRateHz: RATE_HZ, partial: true });
  if (!ecg.ok) throw new Error(ecg.failure.detail);
  return ecg.value;
}

const told = (ecg: Ecg): readonly string[] =>
  missingParts(ecg, new Set()).map(({ sentence }) => sentence);

test('what the layout of a page explains is said once', () => {
  expect(told(page([]))).toEqual(['Each lead has 2.5 s of the 10 s, as on paper.']);
  expect(told(page(['II']))).toEqual(['Each lead but II has 2.5 s of the 10 s, as on paper.']);
  expect(told(page(['V1'], {}, 2))).toEqual(['Each lead but V1 has 5 s of the 10 s, as on paper.']);
});

test('what a lead lacks beyond it is told of that lead, of the time that the page has for it', () => {
  expect(told(page(['II'], { V1: [5.5, 6.5], II: [1, 3] }))).toEqual([
    'Each lead but II has 2.5 s of the 10 s, as on paper.',
    'Lead II lacks 20 %.',
    'Lead V1 lacks 40 % of its 2.5 s.',
  ]);
  expect(told(page([], { V6: [8.5, 10] }))).toEqual([
    'Each lead has 2.5 s of the 10 s, as on paper.',
    'Lead V6 lacks 60 % of its 2.5 s.',
  ]);
});

test('a few short leads of a recording are no page', () => {
  const recorded = LEAD_NAMES.filter((name) => name !== 'V1' && name !== 'V2');
  expect(told(page(recorded))).toEqual(['Lead V1 lacks 75 %.', 'Lead V2 lacks 75 %.']);
  expect(told(page(LEAD_NAMES))).toEqual([]);
});

test('a page forbids what needs the whole recording, and nothing else', () => {
  const ecg = page(['II']);
  const { findings } = assessQuality(ecg, measure(ecg));
  const missing = findings.filter(({ sentence }) => sentence.includes('as on paper'));
  expect(missing).toMatchObject([
    { kind: 'missing-part', lead: null, forbids: ['waveform-score'] },
  ]);
});
