import type { Assessment } from '../../core/decision/assessment.js';
import type { PageNote } from '../../core/ecg/page-note.js';
import type { Failure } from '../../core/failure.js';
import type {
  AssessmentRecord,
  Delivery,
  EcgRecord,
  Ledger,
  Receipt,
} from '../../ledger/ledger.js';

/** Where a receipt stands: from its arrival to each place its result has to reach. */
export interface Standing {
  readonly receiptId: string;
  readonly outcome: Receipt['outcome'];
  readonly door: Receipt['door'];
  readonly receivedAt: string;
  readonly repeatOf: string | null;
  readonly sameIdOtherContent: boolean;
  readonly problem: Problem | null;
  readonly ecg: EcgStanding | null;
  readonly assessment: AssessmentStanding | null;
  readonly deliveries: readonly DeliveryStanding[];
}

export interface Problem {
  readonly code: Failure['code'];
  readonly detail: string;
  readonly location: string | null;
}

export interface EcgStanding {
  readonly id: string;
  readonly acquiredAt: string | null;
  readonly timeFlags: readonly string[];
  readonly format: string;
  /** How it was read off its paper; null for a recording. */
  readonly page: PageNote | null;
  readonly sampleRateHz: number;
  readonly seconds: number;
  readonly sources: number;
}

export interface AssessmentStanding {
  readonly id: string;
  readonly state: AssessmentRecord['state'];
  readonly attempts: number;
  readonly problem: Problem | null;
  readonly result: AssessmentRecord['assessment'];
}

export interface DeliveryStanding {
  readonly id: string;
  readonly destination: string;
  readonly kind: Delivery['kind'];
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly reference: string | null;
  readonly problem: Problem | null;
}

/** What a rendering of the result needs: everything known of one assessed ECG. */
export interface Assessed {
  readonly ecg: EcgRecord;
  readonly assessment: AssessmentRecord;
  readonly result: Assessment;
}

type Reads = Pick<Ledger, 'receipts' | 'assessments' | 'deliveries'>;

export async function standingOf(ledger: Reads, receiptId: string): Promise<Standing | null> {
  const receipt = await ledger.receipts.get(receiptId);
  if (!receipt) return null;
  const ecg = receipt.ecgId === null ? null : await ledger.assessments.ecg(receipt.ecgId);
  const assessment = ecg === null ? null : await ledger.assessments.ofEcg(ecg.id);
  const deliveries = assessment ? await ledger.deliveries.ofAssessment(assessment.id) : [];
  return {
    receiptId,
    outcome: receipt.outcome,
    door: receipt.door,
    receivedAt: new Date(receipt.receivedAtMs).toISOString(),
    repeatOf: receipt.repeatOf,
    sameIdOtherContent: receipt.sameIdOtherContent,
    problem: problemOf(receipt.failure),
    ecg: ecg && ecgStanding(ecg),
    assessment: assessment && {
      id: assessment.id,
      state: assessment.state,
      attempts: assessment.attempts,
      problem: problemOf(assessment.failure),
      result: assessment.assessment,
    },
    deliveries: deliveries.map(deliveryStanding),
  };
}

/** A receipt in a list: enough to choose one by. */
export function toListed(receipt: Receipt): Readonly<Record<string, unknown>> {
  return {
    receiptId: receipt.id,
    door: receipt.door,
    sender: receipt.sender,
    messageId: receipt.messageId,
    receivedAt: new Date(receipt.receivedAtMs).toISOString(),
    bytes: receipt.byteLength,
    outcome: receipt.outcome,
    repeatOf: receipt.repeatOf,
    problem: problemOf(receipt.failure),
  };
}

function ecgStanding(ecg: EcgRecord): EcgStanding {
  const { instantMs, flags } = ecg.acquisition;
  return {
    id: ecg.id,
    acquiredAt: instantMs === null ? null : new Date(instantMs).toISOString(),
    timeFlags: flags,
    format: ecg.format,
    page: ecg.page ?? null,
    sampleRateHz: ecg.ecg.sampleRateHz,
    seconds: ecg.ecg.sampleCount / ecg.ecg.sampleRateHz,
    sources: ecg.sources.length,
  };
}

export function deliveryStanding(delivery: Delivery): DeliveryStanding {
  return {
    id: delivery.id,
    destination: delivery.destination,
    kind: delivery.kind,
    state: delivery.state,
    attempts: delivery.attempts,
    reference: delivery.remoteReference,
    problem: problemOf(delivery.failure),
  };
}

export function problemOf(failure: Failure | null): Problem | null {
  return failure && { code: failure.code, detail: failure.detail, location: failure.location };
}

/** Looks again at growing intervals: the scoring may happen in another process. */
const LOOK_MS_FIRST = 10;
const LOOK_MS_MAX = 150;

/** The assessed ECG of a receipt, once it is there, or null when the time is over. */
export async function waitForAssessment(
  ledger: Reads,
  ecgId: string,
  waitMs: number,
  now: () => number,
): Promise<Assessed | null> {
  const untilMs = now() + waitMs;
  for (let lookMs = LOOK_MS_FIRST; ; lookMs = Math.min(LOOK_MS_MAX, lookMs * 1.5)) {
    const assessment = await ledger.assessments.ofEcg(ecgId);
    if (assessment?.state === 'parked') return null;
    if (assessment?.assessment) {
      const ecg = await ledger.assessments.ecg(ecgId);
      return ecg && { ecg, assessment, result: assessment.assessment };
    }
    const leftMs = untilMs - now();
    if (leftMs <= 0) return null;
    await new Promise((resolve) => setTimeout(resolve, Math.min(lookMs, leftMs)));
  }
}
