import { retryDelayMs, type RetryPlan } from '../../core/backoff.js';
import { failure, failureOf, type Failure, type Result } from '../../core/failure.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Log } from '../../core/log.js';
import type { Accepted, Ledger, Receipt } from '../../ledger/ledger.js';
import type { JobEnd, JobHandler, WorkQueue } from '../../queue/queue.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { jobsOf, type Intake } from '../intake.js';
import { wholeObservation } from './whole.js';

export interface FetchStationOptions {
  readonly ledger: Pick<Ledger, 'receipts'>;
  readonly client: Pick<FhirClient, 'read' | 'baseUrl'>;
  readonly intake: Pick<Intake, 'judge' | 'under'>;
  readonly decode: (bytes: Uint8Array) => Result<Reading>;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly retry: RetryPlan;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

const DONE: JobEnd = Object.freeze({ done: true });

/** Turns a receipt that only names a resource into what the resource turns out to be. */
export function createFetchStation(options: FetchStationOptions): JobHandler {
  return async (receiptId) => {
    const receipt = await options.ledger.receipts.get(receiptId);
    const reference = receipt?.reference ?? null;
    if (receipt?.outcome !== 'to-fetch' || reference === null) return DONE;
    try {
      const accepted = await fetchInto(receipt, reference, options);
      options.log('fetched', { receiptId, outcome: accepted.outcome });
      await announce(accepted, options);
      return DONE;
    } catch (error) {
      return await tryLater(receipt, failureOf(error), options);
    }
  };
}

async function fetchInto(
  receipt: Receipt,
  reference: string,
  { ledger, client, intake, decode }: FetchStationOptions,
): Promise<Accepted> {
  const observation = await client.read(reference);
  const whole = await wholeObservation(client, observation);
  const bytes = new TextEncoder().encode(JSON.stringify(whole));
  const { door, sender, messageId, contentType, receivedAtMs, hints } = receipt;
  const verdict = intake.judge({
    door,
    sender,
    messageId,
    contentType,
    bytes,
    receivedAtMs,
    hints,
    decoded: decode(bytes),
    production: true,
    sourceReference: reference,
  });
  return ledger.receipts.fetched(receipt.id, bytes, verdict, intake.under);
}

/** Not the fetch's failure: a score job that gets lost here is found by the sweep. */
async function announce(
  accepted: Accepted,
  { queue, log }: Pick<FetchStationOptions, 'queue' | 'log'>,
): Promise<void> {
  for (const job of jobsOf(accepted)) {
    try {
      await queue.enqueue(job.kind, job.id);
      log('enqueued', job);
    } catch (error) {
      log('queueAway', { kind: job.kind, code: failureOf(error).code });
    }
  }
}

/** How often it was tried follows from its age, as the waits double: a receipt counts no attempts. */
function attemptsOf(ageMs: number, { delayMsFirst }: RetryPlan): number {
  return Math.max(0, Math.floor(Math.log2(ageMs / delayMsFirst + 1)));
}

async function tryLater(
  receipt: Receipt,
  why: Failure,
  { ledger, retry, log, now, random }: FetchStationOptions,
): Promise<JobEnd> {
  const ageMs = Math.max(0, now() - receipt.receivedAtMs);
  const isTooOld = ageMs > retry.delayMsMax * retry.attemptsMax;
  const verdict =
    isTooOld && why.class !== 'permanent'
      ? failure('gave-up', `tried for as long as allowed, at last: ${why.code}`)
      : why;
  const dueAtMs = now() + retryDelayMs(retry, attemptsOf(ageMs, retry), why, random());
  await ledger.receipts.fetchFailed(receipt.id, verdict, dueAtMs);
  const isOver = verdict.class === 'permanent';
  log(isOver ? 'receivedFaulty' : 'fetchRetried', {
    receiptId: receipt.id,
    code: verdict.code,
    detail: verdict.detail,
  });
  return isOver ? DONE : { done: false, againAtMs: dueAtMs };
}
