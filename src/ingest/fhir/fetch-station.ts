import { retryDelayMs, type RetryPlan } from '../../core/backoff.js';
import { failure, failureOf, type Failure } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { Feeds } from '../../ledger/feeds.js';
import type { Accepted, Ledger, Receipt, Verdict } from '../../ledger/ledger.js';
import type { JobEnd, JobHandler, WorkQueue } from '../../queue/queue.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { FhirResource } from '../../wire/fhir/resource.js';
import type { Decode } from '../decode.js';
import { jobsOf, type Intake } from '../intake.js';
import type { Refusals } from '../refusals.js';
import { FHIR_SENDER, isOurs, messageIdOfVersion } from './feed/admission.js';
import { readKeptShort } from './kept-short.js';
import { versionOf } from './notification.js';
import { wholePatient } from './whole-patient.js';
import { wholeResource } from './whole.js';

export interface FetchStationOptions {
  readonly ledger: Pick<Ledger, 'receipts'> & { readonly feeds: Pick<Feeds, 'nameMessage'> };
  readonly client: Pick<FhirClient, 'read' | 'baseUrl'>;
  /** Under which names the EHR speaks of itself. */
  readonly serverUrls: readonly string[];
  readonly refusals: Refusals;
  readonly intake: Pick<Intake, 'judge' | 'submit' | 'under'>;
  readonly decode: Decode;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly retry: RetryPlan;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

const DONE: JobEnd = Object.freeze({ done: true });

/** Turns a receipt that only names a resource into what the resource turns out to be. */
export function createFetchStation(options: FetchStationOptions): JobHandler {
  const kept = { ...options, client: readKeptShort(options) };
  return async (receiptId) => {
    const receipt = await options.ledger.receipts.get(receiptId);
    const reference = receipt?.reference ?? null;
    if (receipt?.outcome !== 'to-fetch' || reference === null) return DONE;
    try {
      const accepted = await fetchInto(receipt, reference, kept);
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
  options: FetchStationOptions,
): Promise<Accepted> {
  const { ledger, client, serverUrls, refusals, intake, log } = options;
  const resource = await client.read(reference);
  let foreign = 0;
  const reader = { client, serverUrls, log, foreign: () => (foreign += 1) };
  const merged: FhirResource[] = [];
  const whole = isOurs(resource)
    ? resource
    : resource.resourceType === 'Patient'
      ? await wholePatient(client, resource)
      : await wholeResource(reader, resource, (patient) => merged.push(patient));
  for (const patient of merged) await submitMerge(receipt, patient, options);
  const bytes = new TextEncoder().encode(JSON.stringify(whole));
  const verdict = isOurs(resource) ? NOT_OURS : await judged(receipt, resource, bytes, options);
  const accepted = await ledger.receipts.fetched(receipt.id, bytes, verdict, intake.under);
  if (foreign > 0) {
    await refusals.note(FHIR_SENDER, 'reference to another server not followed', receipt.id);
  }
  // A name without a version was asked for: from now on it is known which state was had.
  if (receipt.messageId === null) {
    await ledger.feeds.nameMessage(receipt.id, messageIdOfVersion(reference, versionOf(resource)));
  }
  return accepted;
}

const NOT_OURS: Verdict = Object.freeze({ outcome: 'not-ours' });

async function judged(
  receipt: Receipt,
  resource: FhirResource,
  bytes: Uint8Array,
  { intake, decode }: FetchStationOptions,
): Promise<Verdict> {
  const { door, sender, messageId, contentType, receivedAtMs, hints, reference } = receipt;
  return intake.judge({
    door,
    sender,
    messageId,
    contentType,
    bytes,
    receivedAtMs,
    hints,
    decoded: await decode(bytes),
    production: true,
    sourceReference: reference,
    sourceVersion: versionOf(resource),
  });
}

/** A merge that shows in passing, kept as a receipt of its own: the same state of it is a repeat. */
async function submitMerge(
  { door, sender, contentType, receivedAtMs }: Receipt,
  patient: FhirResource,
  { client, intake, decode }: FetchStationOptions,
): Promise<void> {
  const reference = `Patient/${patient.id ?? ''}`;
  const whole = await wholePatient(client, patient);
  const bytes = new TextEncoder().encode(JSON.stringify(whole));
  await intake.submit({
    door,
    sender,
    messageId: `${reference}/_history/${versionOf(patient) ?? ''}`,
    contentType,
    bytes,
    receivedAtMs,
    hints: { reference },
    decoded: await decode(bytes),
    production: true,
  });
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
