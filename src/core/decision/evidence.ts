import type { LeadName } from '../ecg/lead.js';

/** What drove one finding, as the network itself or a run with parts flattened tells it. */
export interface FindingEvidence {
  readonly method: 'attention' | 'lead-occlusion';
  /** The heaviest first; empty where no part stood out from the others. */
  readonly spans: readonly WeightedSpan[];
}

export interface WeightedSpan {
  /** Null: all leads together. */
  readonly lead: LeadName | null;
  /** Null where the stretch lies between the waves or nothing was measured. */
  readonly part: BeatPart | null;
  /** From the start of the recording. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As a share of the heaviest span of this finding. */
  readonly weight: number;
}

export const BEAT_PARTS = ['p', 'qrs', 'st-t'] as const;
export type BeatPart = (typeof BEAT_PARTS)[number];

export const PART_NAMES: Readonly<Record<BeatPart, string>> = Object.freeze({
  p: 'P and PR',
  qrs: 'QRS',
  'st-t': 'ST-T',
});

/** A part of the beat in one lead, over all its beats. */
export interface EvidencePart {
  readonly lead: LeadName | null;
  readonly part: BeatPart | null;
  readonly weight: number;
}

/** The heaviest parts without their times, for a sentence. */
export function heaviestParts(evidence: FindingEvidence, most: number): readonly EvidencePart[] {
  const parts: EvidencePart[] = [];
  for (const { lead, part, weight } of evidence.spans) {
    const isTold = parts.some((one) => one.lead === lead && one.part === part);
    if (!isTold) parts.push({ lead, part, weight });
  }
  return parts.sort((a, b) => b.weight - a.weight).slice(0, most);
}

const PARTS_TOLD_MAX = 4;

/** `V2, V3 ST-T; all leads QRS`, or null where no part stood out. */
export function evidenceWords(evidence: FindingEvidence): string | null {
  const byPart = new Map<string, string[]>();
  for (const { lead, part } of heaviestParts(evidence, PARTS_TOLD_MAX)) {
    const name = part === null ? 'between the waves' : PART_NAMES[part];
    byPart.set(name, [...(byPart.get(name) ?? []), lead ?? 'all leads']);
  }
  if (byPart.size === 0) return null;
  return [...byPart].map(([name, leads]) => `${leads.join(', ')} ${name}`).join('; ');
}
