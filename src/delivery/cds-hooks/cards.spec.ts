import { describe, expect, test } from '@jest/globals';
import { SUMMARY_CHARS_MAX } from '../../wire/cds-hooks/card.js';
import { sampleAssessment, sampleFinding, sampleOrder } from '../order.fixtures.js';
import { toCards } from './cards.js';

const cardOf = (more: Parameters<typeof sampleAssessment>[0], board: string | null = null) =>
  toCards(sampleOrder({ assessment: sampleAssessment(more) }), 'call-1', board);

describe('the cards of an assessed ECG', () => {
  test('say what was found, how sure, and that it is for evaluation', () => {
    const [told] = cardOf({});
    expect(told).toMatchObject({ findingId: 'omi', ecgId: 'ecg-1', assessmentId: 'assessment-1' });
    expect(told?.card).toMatchObject({
      summary: expect.stringMatching(/^For evaluation only\. Occlusion .*93 %, ECG of 2026-01-31/),
      indicator: 'warning',
      source: { label: 'Leadwire', topic: { code: 'omi' } },
    });
    expect(told?.card.detail).toContain('sensitivity 81 %');
    expect(told?.card.overrideReasons?.map(({ code }) => code)).toContain('not-present');
    expect(told?.card.links).toBeUndefined();
  });

  test('are critical only where somebody was alerted', () => {
    const [told] = cardOf({ alert: { raise: true, findingIds: ['omi'] }, evaluationOnly: false });
    expect(told?.card.indicator).toBe('critical');
    expect(told?.card.summary).not.toContain('evaluation');
  });

  test('lead to the ECG on the board', () => {
    const [told] = cardOf({}, 'https://leadwire.example');
    expect(told?.card.links?.[0]?.url).toBe('https://leadwire.example/board/#/ecg/ecg-1');
  });

  test('are none where nothing was found, and say so where nothing is known', () => {
    expect(cardOf({ findings: [sampleFinding({ positive: false })] })).toEqual([]);
    const [told] = cardOf({ findings: [] });
    expect(told).toMatchObject({ findingId: null });
    expect(told?.card.indicator).toBe('info');
    expect(told?.card.summary).toMatch(/^Not known/);
    expect(told?.card.detail).toContain('does not mean that the ECG is normal');
  });

  test('never show what runs in the shadow', () => {
    expect(cardOf({ findings: [sampleFinding({ mode: 'shadow' })], abstentions: [] })).toEqual([]);
  });

  test('keep to the length that clients show, and to plain text', () => {
    const title = `*Long* title ${'x'.repeat(300)}`;
    const [told] = cardOf({ findings: [sampleFinding({ title })] });
    expect(told?.card.summary).toHaveLength(SUMMARY_CHARS_MAX);
    expect(told?.card.detail).toContain('\\*Long\\* title');
  });

  test('carry an id that follows from the call', () => {
    const [one] = cardOf({});
    const [again] = cardOf({});
    const [other] = toCards(sampleOrder(), 'call-2', null);
    expect(one?.card.uuid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(again?.card.uuid).toBe(one?.card.uuid);
    expect(other?.card.uuid).not.toBe(one?.card.uuid);
  });
});
