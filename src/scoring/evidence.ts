import {
  signalOf,
  type FindingSpec,
  type ModelCard,
  type WaveformInput,
} from '../core/decision/card.js';
import type { FindingEvidence, WeightedSpan } from '../core/decision/evidence.js';
import type { Examination } from '../core/decision/examination.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { logit } from '../core/decision/probability.js';
import { attentionSpans, rounded, SPANS_MAX } from './attention.js';
import { beatSpans, type BeatSpan } from './beat-spans.js';
import { outputOf, shareOf, type FindingShare, type Logits } from './ensemble.js';
import { occludedFeeds, occlusionsOf, type Occlusion } from './occlusion.js';
import { leadsOfPage } from './picture.js';
import type { PreparedInputs } from './preprocess.js';
import { floatsOf, runMember, type MemberRuns } from './run-members.js';
import type { OpenModel } from './session.js';

export type EvidenceByFinding = ReadonlyMap<string, FindingEvidence>;

const NONE: EvidenceByFinding = new Map();

/** A finding that lies far below every threshold needs no reasons, and they are not paid for. */
const SHARE_OF_THRESHOLD_MIN = 0.5;

/**
 * What drove the findings, at the price of one more run of one member at most. It never takes an
 * answer away: where it cannot be had, the findings stand without it.
 */
export async function findEvidence(
  model: OpenModel,
  prepared: PreparedInputs,
  runs: MemberRuns,
  shares: readonly FindingShare[],
  examination: Examination,
): Promise<EvidenceByFinding> {
  const { card } = model;
  const input = signalOf(card);
  if (!card.evidence || !input || !prepared.timeline) return NONE;
  const beats = beatSpans(examination);
  const wanted = card.findings.filter(
    (spec) => card.evidence?.findings.includes(spec.id) && isInSight(spec, shares),
  );
  if (wanted.length === 0) return NONE;
  if (card.evidence.kind === 'lead-occlusion') {
    if (input.kind === 'picture') return NONE;
    return occlude(model, prepared, runs.logits, { input, beats, wanted });
  }
  if (!runs.attention) return NONE;
  const isPage = input.kind === 'picture';
  const map = isPage ? leadsOfPage(runs.attention, prepared.timeline) : runs.attention;
  const leads = isPage ? LEAD_NAMES : input.leads;
  if (map.leads !== leads.length) return NONE;
  const seen = attentionSpans(map, leads, prepared.timeline, beats);
  return new Map(wanted.map(({ id }) => [id, seen]));
}

function isInSight(spec: FindingSpec, shares: readonly FindingShare[]): boolean {
  const share = shares.find(({ findingId }) => findingId === spec.id)?.probability ?? 0;
  const lowest = Math.min(...spec.decisionPoints.map(({ threshold }) => threshold));
  return share >= SHARE_OF_THRESHOLD_MIN * lowest;
}

interface Asked {
  readonly input: WaveformInput;
  readonly beats: readonly BeatSpan[];
  readonly wanted: readonly FindingSpec[];
}

async function occlude(
  { card, sessions }: OpenModel,
  { tensors, timeline }: PreparedInputs,
  logits: Logits,
  { input, beats, wanted }: Asked,
): Promise<EvidenceByFinding> {
  const [first] = wanted;
  if (!timeline || !first || beats.length === 0) return NONE;
  const occlusions = occlusionsOf(input.leads);
  const member = middleMember(card, first, logits);
  const session = sessions[member];
  const file = card.members[member]?.file;
  if (!session || file === undefined) return NONE;
  const batch = occludedFeeds(tensors, input, timeline, beats, occlusions);
  const outputs = [...new Set(wanted.map(({ output }) => output))];
  const run = await runMember(session, file, batch, outputs);
  if (!run.ok) return NONE;
  const found = new Map<string, FindingEvidence>();
  for (const spec of wanted) {
    const values = floatsOf(run.value[spec.output]);
    const width = outputOf(card, spec).classes.length;
    const whole = logits[spec.output]?.[member];
    if (!whole || values?.length !== width * occlusions.length) continue;
    const odds = (row: readonly number[]): number =>
      logit(shareOf(spec, outputOf(card, spec), row));
    const falls = occlusions.map((occlusion, i) => ({
      ...occlusion,
      fall: odds(whole) - odds([...values.subarray(i * width, (i + 1) * width)]),
    }));
    found.set(spec.id, occlusionEvidence(falls, beats, timeline.recordedMs));
  }
  return found;
}

/** The member whose own word lies in the middle of all speaks for the ensemble. */
function middleMember(card: ModelCard, spec: FindingSpec, logits: Logits): number {
  const shares = (logits[spec.output] ?? []).map((values, i) => ({
    i,
    share: shareOf(spec, outputOf(card, spec), values),
  }));
  shares.sort((a, b) => a.share - b.share);
  return shares[Math.floor(shares.length / 2)]?.i ?? 0;
}

/** By how much the log odds of the finding fell when this was flattened. */
export interface Fall extends Occlusion {
  readonly fall: number;
}

/** A fall of the log odds by less than this is no reason for anything. */
const FALL_MIN = 0.1;
const WEIGHT_MIN = 0.25;
const PARTS_MAX = 5;

/**
 * Parts of the beat are weighed against each other in all leads, leads against each other within
 * the ST-T: one lead alone is never weighed against a part of all of them.
 */
export function occlusionEvidence(
  falls: readonly Fall[],
  beats: readonly BeatSpan[],
  recordedMs: number,
): FindingEvidence {
  const inside = (ms: number): number => Math.round(Math.min(recordedMs, Math.max(0, ms)));
  const told = [...weighedParts(falls)]
    .filter(({ weight }) => weight >= WEIGHT_MIN)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, PARTS_MAX);
  const spans = told.flatMap(({ lead, part, weight }) =>
    beats
      .filter((beat) => beat.part === part)
      .map(({ fromMs, toMs }): WeightedSpan => ({
        lead,
        part,
        fromMs: inside(fromMs),
        toMs: inside(toMs),
        weight: rounded(weight),
      }))
      .filter(({ fromMs, toMs }) => toMs > fromMs),
  );
  return Object.freeze({ method: 'lead-occlusion', spans: spans.slice(0, SPANS_MAX) });
}

function weighedParts(falls: readonly Fall[]): readonly (Occlusion & { weight: number })[] {
  const parts = falls.filter(({ lead }) => lead === null);
  const leads = falls.filter(({ lead, fall }) => lead !== null && fall >= FALL_MIN);
  const heaviest = Math.max(0, ...parts.map(({ fall }) => fall));
  const top = Math.max(0, ...leads.map(({ fall }) => fall));
  // Where no part of all leads made it fall, the leads still say which of them did.
  const ofPart = (fall: number): number => (heaviest < FALL_MIN ? 1 : Math.max(0, fall) / heaviest);
  const stT = ofPart(parts.find(({ part }) => part === 'st-t')?.fall ?? 0);
  return [
    ...parts
      .filter(({ fall, part }) => fall >= FALL_MIN && (part !== 'st-t' || leads.length === 0))
      .map(({ lead, part, fall }) => ({ lead, part, weight: ofPart(fall) })),
    ...leads.map(({ lead, part, fall }) => ({ lead, part, weight: (stT * fall) / top })),
  ];
}
