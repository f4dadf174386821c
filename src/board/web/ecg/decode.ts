import { createEcg, MISSING, type Ecg } from '../../../core/ecg/ecg.js';
import { EXTRA_LEAD_NAMES, LEAD_NAMES } from '../../../core/ecg/lead.js';
import type { Evidence, EvidenceSpan, MedianBeatPanel } from '../../../core/image/evidence.js';
import type { EcgView, WireBeat, WireLead, WireSpan } from '../contract.js';
import { positives } from '../words.js';

/** Values as they came over the wire, back into those that core draws. */
export function parseSamples(base64: string): Int16Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true));
}

export function decodeEcg({ leads, row }: EcgView): Ecg | null {
  const sampleRateHz = leads[0]?.sampleRateHz ?? 0;
  const known = new Map(leads.map((lead) => [lead.name, placed(lead)]));
  const count = Math.max(0, ...[...known.values()].map(({ length }) => length));
  const inputOf = <Name extends string>(name: Name) => {
    const samples = known.get(name);
    return samples ? [{ name, microvolts: filled(samples, count) }] : [];
  };
  const { ageYears, sex } = row.patient;
  const made = createEcg({
    leads: LEAD_NAMES.flatMap(inputOf),
    extraLeads: EXTRA_LEAD_NAMES.flatMap(inputOf),
    sampleRateHz,
    patient: { ageYears, sex: sex === 'male' || sex === 'female' ? sex : null },
  });
  return made.ok ? made.value : null;
}

/** A lead that begins later than the others has nothing to show before. */
function placed({ microvolts, offsetMs, sampleRateHz }: WireLead): Int16Array {
  const samples = parseSamples(microvolts);
  const before = Math.max(0, Math.round((offsetMs * sampleRateHz) / 1000));
  if (before === 0) return samples;
  const all = new Int16Array(before + samples.length).fill(MISSING);
  all.set(samples, before);
  return all;
}

function filled(samples: Int16Array, count: number): Int16Array {
  if (samples.length === count) return samples;
  const all = new Int16Array(count).fill(MISSING);
  all.set(samples);
  return all;
}

export function decodeBeat(beat: WireBeat): MedianBeatPanel {
  const { sampleRateHz, beatCount, onset, jPoint, leads } = beat;
  return {
    sampleRateHz,
    beatCount,
    onset,
    jPoint,
    leads: leads.flatMap((lead) => {
      const name = LEAD_NAMES.find((known) => known === lead.name);
      return name ? [{ name, microvolts: parseSamples(lead.microvolts) }] : [];
    }),
  };
}

/** What speaks for a finding nobody reports would only hide what speaks for one that is. */
function shownEvidence({ evidence, row }: EcgView): EcgView['evidence'] {
  const found = positives(row);
  if (found.length === 0) return evidence;
  return found.flatMap((finding) =>
    evidence.filter(({ findingId }) => findingId === finding.findingId),
  );
}

/** A letter for each finding with evidence, in the order of the findings. */
export function lettersOf(view: EcgView): ReadonlyMap<string, string> {
  const shown = shownEvidence(view).filter(({ spans }) => spans.length > 0);
  return new Map(shown.map(({ findingId }, i) => [findingId, String.fromCharCode(65 + (i % 26))]));
}

/** Less than this share of the heaviest shades the paper and explains nothing. */
const WEIGHT_MIN = 0.3;
const GAP_MS_MAX = 20;

/**
 * What weighed most, heaviest first, because a page shows only so many. Stretches of one lead that
 * touch are one.
 */
function spansOf(view: EcgView): readonly EvidenceSpan[] {
  const letters = lettersOf(view);
  const known = [...LEAD_NAMES, ...EXTRA_LEAD_NAMES];
  return shownEvidence(view).flatMap(({ findingId, spans }) => {
    const label = letters.get(findingId) ?? null;
    return joined(spans.filter(({ weight }) => weight >= WEIGHT_MIN))
      .toSorted((a, b) => b.weight - a.weight)
      .map(({ lead, fromMs, toMs }) => ({
        lead: known.find((name) => name === lead) ?? null,
        fromMs,
        toMs,
        label,
      }));
  });
}

function joined(spans: readonly WireSpan[]): readonly WireSpan[] {
  const merged: WireSpan[] = [];
  const byLead = spans.toSorted(
    (a, b) => (a.lead ?? '').localeCompare(b.lead ?? '') || a.fromMs - b.fromMs,
  );
  for (const span of byLead) {
    const last = merged.at(-1);
    if (last?.lead === span.lead && span.fromMs - last.toMs <= GAP_MS_MAX) {
      const toMs = Math.max(last.toMs, span.toMs);
      merged[merged.length - 1] = { ...last, toMs, weight: Math.max(last.weight, span.weight) };
    } else merged.push(span);
  }
  return merged;
}

export function decodeEvidence(view: EcgView): Evidence {
  return {
    spans: spansOf(view),
    stLevels: (view.beat?.leads ?? []).flatMap(({ name, stMillimetres, decisive }) => {
      const lead = LEAD_NAMES.find((candidate) => candidate === name);
      return lead ? [{ lead, millimetres: stMillimetres, isDecisive: decisive }] : [];
    }),
    medianBeat: null,
    lines: [],
  };
}

/** Leads on which a finding rests, most weight first. */
export function evidenceLeads(view: EcgView, findingId: string): readonly string[] {
  const weights = new Map<string, number>();
  const spans = view.evidence.find((item) => item.findingId === findingId)?.spans ?? [];
  for (const { lead, weight } of spans.filter((span) => span.weight >= WEIGHT_MIN)) {
    const name = lead ?? 'all leads';
    weights.set(name, Math.max(weights.get(name) ?? 0, weight));
  }
  return [...weights].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
