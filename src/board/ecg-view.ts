import { compareEcgs, type Change as MeasuredChange } from '../core/compare/compare.js';
import type { Finding } from '../core/decision/assessment.js';
import type { ModelCard } from '../core/decision/card.js';
import type { Failure } from '../core/failure.js';
import { pageWords } from '../core/ecg/page-note.js';
import { measure } from '../core/signal/measure.js';
import type { BesideItem } from '../ledger/beside.js';
import type { Delivery, EcgRecord, Ledger } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/outcomes.js';
import { toCardExcerpts, type CardExcerpt } from './card-excerpt.js';
import { toMeasurements, type MeasurementView } from './measurements.js';
import { shownFindings } from '../core/decision/standing.js';
import { iso, toRow, type Row } from './row.js';
import { toBeatView, toLeadTraces, type BeatView, type LeadTrace } from './traces.js';

/** Everything about one ECG, as the page opens it. */
export interface EcgView {
  readonly row: Row;
  readonly durationMs: number;
  /** How it was read off its paper; null for a recording. */
  readonly readFrom: string | null;
  readonly leads: readonly LeadTrace[];
  readonly beat: BeatView | null;
  readonly evidence: readonly EvidenceView[];
  readonly measurements: readonly MeasurementView[];
  readonly models: readonly CardExcerpt[];
  readonly previous: readonly PreviousView[];
  readonly beside: readonly BesideView[];
  readonly sources: readonly SourceView[];
  readonly deliveries: readonly DeliveryView[];
  readonly outcome: readonly OutcomeView[];
}

/** Where a finding looked: leads and milliseconds, the heaviest as 1. */
export interface EvidenceView {
  readonly findingId: string;
  readonly spans: readonly {
    readonly lead: string | null;
    readonly fromMs: number;
    readonly toMs: number;
    readonly weight: number;
  }[];
}

export interface LeadChange {
  readonly lead: string;
  readonly stDeltaMillimetres: number;
  /** More than two ECGs of one person ordinarily differ by. */
  readonly beyondOrdinary: boolean;
}

export interface PreviousView {
  readonly ecgId: string;
  readonly acquiredAt: string | null;
  readonly change: readonly LeadChange[];
  /** What is beyond ordinary change, or why nothing can be said. */
  readonly sentences: readonly string[];
}

export type BesideView = Omit<BesideItem, 'atMs'> & { readonly at: string };

export interface SourceView {
  readonly receiptId: string;
  readonly door: string;
  readonly sender: string;
  readonly at: string;
}

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly location: string | null;
}

export function problemOf(failure: Failure | null): Problem | null {
  return failure && { code: failure.code, detail: failure.detail, location: failure.location };
}

export interface DeliveryView {
  readonly id: string;
  readonly destination: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly failure: Problem | null;
  readonly at: string;
}

export interface OutcomeView {
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  readonly by: string;
  readonly source: string;
  readonly reason: string | null;
  readonly at: string;
}

export type EcgViewReads = Pick<
  Ledger,
  'board' | 'assessments' | 'deliveries' | 'receipts' | 'outcomes' | 'beside'
>;

/** Listed; and of these so many, each a few milliseconds, are compared. */
const PREVIOUS_MAX = 10;
const COMPARED_MAX = 3;
const SOURCES_MAX = 20;

export async function ecgViewOf(
  ledger: EcgViewReads,
  cards: readonly ModelCard[],
  ecgId: string,
): Promise<EcgView | null> {
  const [boardEcg] = await ledger.board.load([ecgId]);
  const record = boardEcg && (await ledger.assessments.ecg(ecgId));
  if (!record) return null;
  const assessment = boardEcg.assessment?.assessment ?? null;
  const examination = assessment?.examination ?? null;
  const { ecg } = record;
  const deliveries = boardEcg.assessment
    ? await ledger.deliveries.ofAssessment(boardEcg.assessment.id)
    : [];
  const outcomes = await ledger.outcomes.ofEcg(ecgId);
  return {
    row: toRow(boardEcg),
    durationMs: (1000 * ecg.sampleCount) / ecg.sampleRateHz,
    readFrom: record.page ? pageWords(record.page) : null,
    leads: toLeadTraces(ecg),
    beat: toBeatView(measure(ecg), examination),
    evidence: toEvidence(assessment ? shownFindings(assessment) : []),
    measurements: toMeasurements(examination),
    models: toCardExcerpts(assessment, cards),
    previous: await previousOf(ledger, record),
    beside: (await ledger.beside.ofEcg(ecgId)).map(toBesideView),
    sources: await sourcesOf(ledger, record),
    deliveries: deliveries.map(toDeliveryView),
    outcome: outcomes.map(toOutcomeView),
  };
}

async function previousOf(ledger: EcgViewReads, record: EcgRecord): Promise<PreviousView[]> {
  const earlier = await ledger.board.earlier(record.id, PREVIOUS_MAX);
  const views: PreviousView[] = [];
  for (const { ecgId } of earlier) {
    const before = await ledger.assessments.ecg(ecgId);
    if (!before) continue;
    const acquiredAt = iso(before.acquisition.instantMs);
    const compared = views.length < COMPARED_MAX ? changeBetween(before, record) : NOT_COMPARED;
    views.push({ ecgId, acquiredAt, ...compared });
  }
  return views;
}

function toEvidence(findings: readonly Finding[]): readonly EvidenceView[] {
  return findings.flatMap(({ findingId, evidence = null }) =>
    evidence === null
      ? []
      : [
          {
            findingId,
            spans: evidence.spans.map(({ lead, fromMs, toMs, weight }) => ({
              lead,
              fromMs,
              toMs,
              weight,
            })),
          },
        ],
  );
}

function changeOf({ what, lead, before, after, beyondOrdinary }: MeasuredChange): LeadChange[] {
  if (what !== 'st' || lead === null) return [];
  const stDeltaMillimetres = Math.round(10 * (after - before)) / 10 + 0;
  return [{ lead, stDeltaMillimetres, beyondOrdinary }];
}

type Change = Pick<PreviousView, 'change' | 'sentences'>;
const NOT_COMPARED: Change = { change: [], sentences: [] };

function changeBetween(before: EcgRecord, after: EcgRecord): Change {
  const compared = compareEcgs(before.ecg, after.ecg);
  if (compared.kind === 'not-compared') {
    return { change: [], sentences: [`Not compared: ${compared.because}`] };
  }
  return {
    change: compared.changes.flatMap(changeOf),
    sentences: compared.sentences,
  };
}

async function sourcesOf(ledger: EcgViewReads, { sources }: EcgRecord): Promise<SourceView[]> {
  const views: SourceView[] = [];
  for (const { receiptId, door } of sources.slice(0, SOURCES_MAX)) {
    const receipt = await ledger.receipts.get(receiptId);
    if (!receipt) continue;
    const at = new Date(receipt.receivedAtMs).toISOString();
    views.push({ receiptId, door, sender: receipt.sender, at });
  }
  return views;
}

export function toDeliveryView(delivery: Delivery): DeliveryView {
  const { id, destination, kind, state, attempts, failure } = delivery;
  return {
    id,
    destination,
    kind,
    state,
    attempts,
    failure: problemOf(failure),
    at: new Date(delivery.deliveredAtMs ?? delivery.createdAtMs).toISOString(),
  };
}

function toBesideView({ atMs, ...item }: BesideItem): BesideView {
  return { ...item, at: new Date(atMs).toISOString() };
}

function toOutcomeView(outcome: Outcome): OutcomeView {
  const { findingId, says, by, source, reason, atMs } = outcome;
  return { findingId, says, by, source, reason, at: new Date(atMs).toISOString() };
}
