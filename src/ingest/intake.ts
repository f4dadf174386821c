import { withPatient } from '../core/ecg/ecg.js';
import {
  ageAtAcquisition,
  type Identifier,
  type PatientIdentity,
  type Reading,
  type WrittenTime,
} from '../core/ecg/reading.js';
import type { Notice } from '../core/ecg/notice.js';
import { resolveAcquisition } from '../core/ecg/time.js';
import {
  failure,
  failureOf,
  type Failure,
  type FailureCode,
  type Result,
} from '../core/failure.js';
import type { Log } from '../core/log.js';
import type {
  Accepted,
  Arrival,
  AssessUnder,
  EcgEntry,
  Ledger,
  Verdict,
} from '../ledger/ledger.js';
import { fingerprintOf } from '../ledger/identity.js';
import type { LedgerNotice } from '../ledger/revisions.js';
import type { JobKind, WorkQueue } from '../queue/queue.js';

/** The hall where every door ends: one commit, then the answer, then a word to the queue. */
export interface Intake {
  /** Resolves once the bytes are durable. Throws FailureError when they could not be stored. */
  submit(submission: Submission): Promise<Admission>;
  /** The same for a notification that names a resource which is still to be fetched. */
  submitReference(arrival: Arrival, reference: string): Promise<Admission>;
  /** What the bytes of a fetched resource amount to, for the station that fetched them. */
  judge(submission: Submission): Verdict;
  readonly under: AssessUnder;
}

export interface Submission extends Arrival {
  /** What the door's decoder made of the bytes, or the failure that kept it from trying. */
  readonly decoded: Result<Reading>;
  /** False for tests and training messages (MSH-11 other than P). */
  readonly production: boolean;
  readonly sourceReference?: string | null;
  /** Which state of that resource the bytes are. */
  readonly sourceVersion?: string | null;
  /** What a person or system said beside the bytes; it wins over what the bytes say. */
  readonly beside?: Beside;
}

export interface Beside {
  readonly patient: Identifier | null;
  /** Goes with the number; null where none was given. */
  readonly name: PatientIdentity['name'];
  readonly encounter: Identifier | null;
  readonly ageYears: number | null;
  readonly sex: 'male' | 'female' | null;
  readonly acquired: WrittenTime | null;
}

export interface Admission {
  readonly accepted: Accepted;
  /** What the sender is to be told is wrong; null when all is well. */
  readonly failure: Failure | null;
}

export interface IntakeOptions {
  readonly ledger: Pick<Ledger, 'receipts'>;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly log: Log;
  readonly under: AssessUnder;
  readonly zoneOf: (sender: string) => string | null;
  /** What bytes without an ECG say about earlier ECGs and patients. */
  readonly noticeIn?: (bytes: Uint8Array) => Notice | null;
  readonly now: () => number;
}

/** Failures of the envelope: nothing inside can be trusted, so the message as such is refused. */
const REFUSALS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'no-header',
  'version-unsupported',
  'charset-unsupported',
  'message-type-not-taken',
  'message-malformed',
  'message-too-large',
  'message-too-slow',
  'sender-not-allowed',
]);

export function createIntake(options: IntakeOptions): Intake {
  const { ledger, queue, log, under, now } = options;
  const judge = (submission: Submission): Verdict => judgeSubmission(submission, options);
  const admit = async (arrival: Arrival, decideOn: () => Verdict): Promise<Admission> => {
    const startedMs = now();
    const { door, bytes } = arrival;
    log('arrived', { door, bytes: bytes.length });
    const verdict = decideOn();
    log('committing', { door });
    const accepted = await store(ledger, arrival, verdict, under, log);
    const failure = failureIn(verdict);
    const event =
      accepted.outcome === 'refused' ? 'receivedRefused' : failure ? 'receivedFaulty' : 'received';
    log(event, {
      receiptId: accepted.receiptId,
      door,
      outcome: accepted.outcome,
      bytes: bytes.length,
      elapsedMs: now() - startedMs,
      ...(failure ? { code: failure.code } : {}),
      ...(accepted.ecgId ? { ecgId: accepted.ecgId } : {}),
    });
    announce(queue, accepted, log);
    return { accepted, failure };
  };
  return {
    under,
    judge,
    submit: (submission) => admit(submission, () => judge(submission)),
    submitReference: (arrival, reference) =>
      admit(arrival, () => ({ outcome: 'to-fetch', reference })),
  };
}

async function store(
  ledger: Pick<Ledger, 'receipts'>,
  submission: Arrival,
  verdict: Verdict,
  under: AssessUnder,
  log: Log,
): Promise<Accepted> {
  const { door, sender, messageId, contentType, bytes, receivedAtMs, hints } = submission;
  const arrival = { door, sender, messageId, contentType, bytes, receivedAtMs, hints };
  try {
    return await ledger.receipts.accept(arrival, verdict, under);
  } catch (error) {
    log('receiveFailed', { door, code: failureOf(error).code });
    throw error;
  }
}

/**
 * Not waited for: the answer depends on the commit alone. A job that gets lost here is found by the
 * sweep, so a queue that is away delays a result and never an acknowledgement.
 */
function announce(queue: Pick<WorkQueue, 'enqueue'>, accepted: Accepted, log: Log): void {
  for (const { kind, id } of jobsOf(accepted)) {
    queue.enqueue(kind, id).then(
      () => {
        log('enqueued', { kind, id });
      },
      // The queue itself tells of its outages, once each.
      () => undefined,
    );
  }
}

/** The work that an arrival brings: first what takes back, as a wrong result may be read just now. */
export function jobsOf(
  accepted: Accepted,
): readonly { readonly kind: JobKind; readonly id: string }[] {
  const { outcome, receiptId, isNewEcg, assessmentId, retractionIds = [] } = accepted;
  if (outcome === 'to-fetch') return [{ kind: 'fetch', id: receiptId }];
  return [
    ...retractionIds.map((id) => ({ kind: 'deliver' as const, id })),
    ...(isNewEcg && assessmentId !== null ? [{ kind: 'score' as const, id: assessmentId }] : []),
  ];
}

function judgeSubmission(submission: Submission, options: IntakeOptions): Verdict {
  const { decoded } = submission;
  if (!decoded.ok && !REFUSALS.has(decoded.failure.code)) {
    const notice = options.noticeIn?.(submission.bytes) ?? null;
    const kept = notice && toLedgerNotice(notice, submission, options);
    if (kept) return { outcome: 'notice', notice: kept };
  }
  if (!decoded.ok) {
    const { failure } = decoded;
    if (failure.code === 'no-ecg') return { outcome: 'not-ours' };
    return { outcome: REFUSALS.has(failure.code) ? 'refused' : 'at-fault', failure };
  }
  const ecg = entryOf(decoded.value, submission, options);
  if (ecg.status === 'withdrawn') return { outcome: 'notice', notice: withdrawalOf(ecg) };
  return { outcome: 'ecg', ecg, warning: warningFor(submission, ecg) };
}

/**
 * A caller over REST may leave the patient out and take the answer itself; a feed may not: its result
 * would reach no chart, and its sender is told so.
 */
function warningFor({ door }: Submission, { patient }: EcgEntry): Failure | null {
  return door === 'mllp' && patient === null
    ? failure('patient-missing', 'no patient: the result cannot be written to a chart')
    : null;
}

function failureIn(verdict: Verdict): Failure | null {
  switch (verdict.outcome) {
    case 'at-fault':
    case 'refused':
      return verdict.failure;
    case 'ecg':
      return verdict.warning;
    case 'not-ours':
    case 'notice':
    case 'to-fetch':
      return null;
  }
}

function entryOf(reading: Reading, submission: Submission, options: IntakeOptions): EcgEntry {
  const { beside } = submission;
  const zone = options.zoneOf(submission.sender);
  const acquisition = resolveAcquisition(
    beside?.acquired ?? reading.acquired,
    zone,
    submission.receivedAtMs,
  );
  const atMs = acquisition.instantMs ?? submission.receivedAtMs;
  const ecg = withPatient(reading.ecg, {
    ageYears: beside?.ageYears ?? ageAtAcquisition(reading, atMs),
    sex: beside?.sex ?? reading.ecg.patient.sex,
  });
  return {
    ecg,
    format: reading.format,
    patient: beside?.patient ? identityOf(beside.patient, beside.name) : reading.patient,
    encounter: beside?.encounter ?? reading.encounter,
    order: reading.order,
    place: reading.place ?? null,
    birthDate: reading.birthDate,
    acquisition,
    status: reading.status,
    production: submission.production,
    vendorStatements: reading.vendorStatements,
    vendorMeasurements: reading.vendorMeasurements,
    ...(reading.page ? { page: reading.page } : {}),
    sourceReference: submission.sourceReference ?? null,
    sourceVersion: submission.sourceVersion ?? null,
  };
}

/** An ECG that comes marked as taken back is no ECG any more: it says which one is. */
function withdrawalOf(entry: EcgEntry): LedgerNotice {
  const { patient, order, acquisition, sourceReference, sourceVersion = null } = entry;
  return {
    kind: 'withdrawal',
    patient,
    order,
    acquiredMs: acquisition.instantMs,
    namesEcg: true,
    sourceReference,
    sourceVersion,
    fingerprint: fingerprintOf(entry.ecg),
  };
}

function toLedgerNotice(
  notice: Notice,
  submission: Submission,
  { zoneOf }: IntakeOptions,
): LedgerNotice | null {
  if (notice.kind === 'merge') return notice;
  if (notice.kind === 'diagnosis') {
    const { patient, findings, by, at } = notice;
    const told = resolveAcquisition(at, zoneOf(submission.sender), submission.receivedAtMs);
    // A word about a time that nobody can place is about no ECG.
    if (told.instantMs === null) return null;
    return { kind: 'diagnosis', patient, findings, by, atMs: told.instantMs };
  }
  const { patient, order, acquired, namesEcg } = notice;
  const { sender, receivedAtMs, sourceReference = null, sourceVersion = null } = submission;
  const { instantMs } = resolveAcquisition(acquired, zoneOf(sender), receivedAtMs);
  return {
    kind: 'withdrawal',
    patient,
    order,
    acquiredMs: instantMs,
    namesEcg,
    sourceReference,
    sourceVersion,
    fingerprint: null,
  };
}

function identityOf(identifier: Identifier, name: PatientIdentity['name'] = null): PatientIdentity {
  return { ...identifier, others: [], name };
}
