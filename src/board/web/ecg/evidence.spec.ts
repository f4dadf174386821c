import { describe, expect, test } from '@jest/globals';
import type { EcgView, WireSpan } from '../contract.js';
import { sampleRow } from '../worklist/row.fixtures.js';
import { decodeEvidence, evidenceLeads } from './decode.js';

function viewWith(spans: readonly WireSpan[]): EcgView {
  return {
    row: sampleRow(),
    readFrom: null,
    leads: [],
    beat: null,
    evidence: [{ findingId: 'omi', spans }],
    measurements: [],
    models: [],
    previous: [],
    beside: [],
    sources: [],
    deliveries: [],
    outcome: [],
  };
}

describe('what drove a finding', () => {
  const view = viewWith([
    { lead: 'V3', fromMs: 300, toMs: 380, weight: 0.6 },
    { lead: 'V2', fromMs: 300, toMs: 340, weight: 0.7 },
    { lead: 'V2', fromMs: 340, toMs: 400, weight: 1 },
    { lead: 'V2', fromMs: 1300, toMs: 1400, weight: 0.5 },
    { lead: 'aVF', fromMs: 300, toMs: 400, weight: 0.1 },
  ]);

  test('is the heaviest first, touching stretches as one', () => {
    expect(decodeEvidence(view).spans).toEqual([
      { lead: 'V2', fromMs: 300, toMs: 400, label: 'A' },
      { lead: 'V3', fromMs: 300, toMs: 380, label: 'A' },
      { lead: 'V2', fromMs: 1300, toMs: 1400, label: 'A' },
    ]);
  });

  test('names the leads in the order of their weight, and none that hardly counted', () => {
    expect(evidenceLeads(view, 'omi')).toEqual(['V2', 'V3']);
  });
});
