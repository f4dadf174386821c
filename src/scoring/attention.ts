import type { FindingEvidence, WeightedSpan } from '../core/decision/evidence.js';
import type { LeadName } from '../core/ecg/lead.js';
import type { BeatSpan } from './beat-spans.js';
import type { Timeline } from './preprocess.js';
import type { AttentionMap } from './run-members.js';

/** Steps below this share of the heaviest are not shown. */
const SHARE_MIN = 0.5;
/** Of one finding: a page has no room for more, and a ledger no need. */
export const SPANS_MAX = 100;

/** Neighbouring heavy steps of a lead become one span; none where the whole map is level. */
export function attentionSpans(
  map: AttentionMap,
  leads: readonly LeadName[],
  timeline: Timeline,
  beats: readonly BeatSpan[],
): FindingEvidence {
  const top = map.values.reduce((most, value) => Math.max(most, value), 0);
  const mean = map.values.reduce((sum, value) => sum + value, 0) / map.values.length;
  // A map whose mean is near its top points nowhere.
  const spans = top > 0 && mean < SHARE_MIN * top ? spansOf(map, leads, timeline, beats, top) : [];
  return Object.freeze({
    method: 'attention',
    spans: spans.sort((a, b) => b.weight - a.weight).slice(0, SPANS_MAX),
  });
}

function spansOf(
  { steps, values }: AttentionMap,
  leads: readonly LeadName[],
  { startMs, lengthMs, recordedMs }: Timeline,
  beats: readonly BeatSpan[],
  top: number,
): WeightedSpan[] {
  const spans: WeightedSpan[] = [];
  const stepMs = lengthMs / steps;
  const inside = (ms: number): number => Math.round(Math.min(recordedMs, Math.max(0, ms)));
  leads.forEach((lead, row) => {
    const weights = values.subarray(row * steps, (row + 1) * steps);
    for (let from = 0; from < steps; from += 1) {
      let to = from;
      let heaviest = 0;
      while (to < steps && (weights[to] as number) >= SHARE_MIN * top) {
        heaviest = Math.max(heaviest, weights[to] as number);
        to += 1;
      }
      if (to === from) continue;
      const fromMs = inside(startMs + from * stepMs);
      const toMs = inside(startMs + to * stepMs);
      const part = partAt(beats, (fromMs + toMs) / 2);
      if (toMs > fromMs) spans.push({ lead, part, fromMs, toMs, weight: rounded(heaviest / top) });
      from = to;
    }
  });
  return spans;
}

function partAt(beats: readonly BeatSpan[], ms: number): BeatSpan['part'] | null {
  return beats.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)?.part ?? null;
}

/** Two digits: a third would claim a sharpness that no map has. */
export function rounded(weight: number): number {
  return Math.round(weight * 100) / 100;
}
