import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { failure, FailureError, type Failure } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { Feeds } from '../../ledger/feeds.js';
import type { Arrival } from '../../ledger/ledger.js';
import type { Refusals } from '../refusals.js';
import { asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';
import type { Decode } from '../decode.js';
import type { Admission, Intake } from '../intake.js';
import { readBody } from '../rest/body.js';
import { statusOf, toOperationOutcome } from '../rest/operation-outcome.js';
import { FHIR_JSON, FHIR_SENDER } from './feed/admission.js';
import { pointsElsewhere } from './attachments.js';
import type { TopicNotification } from './feed/topic-notification.js';
import { parseNotification, versionOf } from './notification.js';
import { isLinked } from './whole-patient.js';

export interface RestHook {
  notify(request: RestHookRequest): Promise<RestHookAnswer>;
}

export interface RestHookRequest {
  /** What follows the hook's own path, without its leading slash. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Readable;
}

export interface RestHookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RestHookOptions {
  readonly intake: Pick<Intake, 'submit' | 'submitReference'>;
  readonly decode: Decode;
  readonly feeds: Pick<Feeds, 'hear' | 'heardOf' | 'askSweep'>;
  readonly refusals: Refusals;
  readonly log: Log;
  /** True where we may read from the EHR: then its patients are asked for, whose age models need. */
  readonly canFetch: boolean;
  /** Under which names the EHR speaks of itself. */
  readonly serverUrls: readonly string[];
  readonly bodyBytesMax: number;
  readonly bodyMsMax: number;
  readonly now: () => number;
}

const SENDER = FHIR_SENDER;
const NOTHING = Buffer.alloc(0);
const RETRY_AFTER_SECONDS = '5';
/** Not 200: HAPI takes a 200 with an empty body for a failure and sends again. */
const TAKEN: RestHookAnswer = Object.freeze({ status: 204, headers: {}, body: '' });

/**
 * The EHR tells us of an ECG. What was committed is answered 204, also when its content is at fault:
 * the receipt shows it, and a server that hears an error only sends the same again.
 */
export function createRestHook(options: RestHookOptions): RestHook {
  return {
    async notify(request) {
      try {
        return await take(request, options);
      } catch (error) {
        if (error instanceof FailureError) return problem(error.failure);
        throw error;
      }
    },
  };
}

async function take(request: RestHookRequest, options: RestHookOptions): Promise<RestHookAnswer> {
  const body = await readBody(request.body, options.bodyBytesMax, options.bodyMsMax);
  if (!body.whole) {
    const why = body.isLate
      ? failure('message-too-slow', `the body took longer than ${options.bodyMsMax} ms`)
      : failure('message-too-large', `the body is larger than ${options.bodyBytesMax} bytes`);
    return refuse(request, body.bytes, why, options);
  }
  const { path } = request;
  const notification = parseNotification({ path, bytes: body.bytes }, options.serverUrls);
  switch (notification.kind) {
    case 'ping':
      await options.feeds.askSweep(options.now());
      return TAKEN;
    case 'topic':
      return takeTopic(request, body.bytes, notification.notification, options);
    case 'unusable':
      return refuse(request, body.bytes, notification.failure, options);
    case 'reference': {
      const { reference, version } = notification;
      return takeReference(request, body.bytes, reference, version, options);
    }
    case 'resource': {
      const { resource, reference } = notification;
      return takeResource(request, body.bytes, resource, reference, options);
    }
  }
}

async function takeResource(
  request: RestHookRequest,
  bytes: Buffer,
  resource: FhirResource,
  reference: string | null,
  options: RestHookOptions,
): Promise<RestHookAnswer> {
  if (reference !== null && options.canFetch && (isPartOnly(resource) || isLinked(resource))) {
    return takeReference(request, bytes, reference, versionOf(resource), options);
  }
  await options.intake.submit({
    ...arrivalOf(request, bytes, reference, versionOf(resource), options),
    decoded: await options.decode(bytes),
    production: true,
    sourceReference: reference,
    sourceVersion: versionOf(resource),
  });
  return TAKEN;
}

/**
 * The numbers are noted when what they name is committed, so that an event whose arrival was broken
 * off is missing and fetched. Of a number noted already nothing is done twice.
 */
async function takeTopic(
  request: RestHookRequest,
  bytes: Buffer,
  { subscription, type, eventCount, events }: TopicNotification,
  options: RestHookOptions,
): Promise<RestHookAnswer> {
  const { feeds, log, now, refusals } = options;
  const heard = await feeds.heardOf(subscription);
  const isKnown = (number: number): boolean =>
    heard !== null && (number <= heard.throughNumber || heard.numbers.includes(number));
  for (const event of events) {
    if (event.isForeign) {
      log('foreignReference', { door: 'fhir' });
      await refusals.note(SENDER, 'reference to another server not followed', subscription);
    }
    if (event.focus === null || isKnown(event.number)) continue;
    const { resource, focus } = event;
    const answer = resource
      ? await takeResource(request, textOf(resource), resource, focus, options)
      : await takeReference(request, bytes, focus, null, options);
    if (answer !== TAKEN) return answer;
  }
  if (events.some(({ focus, isForeign }) => focus === null && !isForeign)) {
    await feeds.askSweep(now());
  }
  if (type !== 'query-event' && type !== 'query-status') {
    const kind = type === 'event-notification' ? 'event' : type;
    const numbers = events.map(({ number }) => number);
    await feeds.hear(subscription, { kind, atMs: now(), eventCount, numbers });
  }
  return TAKEN;
}

function textOf(resource: FhirResource): Buffer {
  return Buffer.from(JSON.stringify(resource));
}

async function takeReference(
  request: RestHookRequest,
  bytes: Buffer,
  reference: string,
  version: string | null,
  options: RestHookOptions,
): Promise<RestHookAnswer> {
  if (!options.canFetch) {
    const told = 'the notification names a resource and no FHIR server is configured';
    return refuse(request, bytes, failure('pointer-not-followed', told), options);
  }
  // Of a name alone the bytes tell nothing that the reference does not.
  const arrival = arrivalOf(
    request,
    version === null ? NOTHING : bytes,
    reference,
    version,
    options,
  );
  await options.intake.submitReference(arrival, reference);
  return TAKEN;
}

/** Kept as a receipt that says why, and told to the sender. */
async function refuse(
  request: RestHookRequest,
  bytes: Buffer,
  why: Failure,
  options: RestHookOptions,
): Promise<RestHookAnswer> {
  const { failure: told, accepted }: Admission = await options.intake.submit({
    ...arrivalOf(request, bytes, null, null, options),
    decoded: { ok: false, failure: why },
    production: true,
  });
  await options.refusals.note(SENDER, `rest-hook refused: ${why.code}`, accepted.receiptId);
  return problem(told ?? why);
}

function arrivalOf(
  request: RestHookRequest,
  bytes: Buffer,
  reference: string | null,
  version: string | null,
  options: RestHookOptions,
): Arrival {
  return {
    door: 'fhir',
    sender: SENDER,
    messageId: messageIdOf(bytes, reference, version),
    contentType: request.contentType,
    bytes,
    receivedAtMs: options.now(),
    hints: reference === null ? {} : { reference },
  };
}

/**
 * Resource and version, which a server that sends again sends again. Without a version a bare name
 * may mean something new each time, and so has no id; a body is known by its content.
 */
function messageIdOf(
  bytes: Buffer,
  reference: string | null,
  version: string | null,
): string | null {
  if (reference !== null && version !== null) return `${reference}/_history/${version}`;
  if (bytes.length === 0) return null;
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The patient is named by reference alone, and so without a birth date or a sex; or the ECG itself is
 * in a file or in resources that are only pointed at.
 */
function isPartOnly(resource: FhirResource): boolean {
  const record = asRecord(resource);
  const subject = asRecord(record?.['subject']);
  return !(asText(subject?.['reference']) ?? '#').startsWith('#') || pointsElsewhere(resource);
}

function problem(why: Failure): RestHookAnswer {
  const status = statusOf(why);
  return {
    status,
    headers: {
      'content-type': FHIR_JSON,
      ...(status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
    },
    body: JSON.stringify(toOperationOutcome(why)),
  };
}
