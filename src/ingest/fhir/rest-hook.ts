import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { failure, FailureError, type Failure, type Result } from '../../core/failure.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Arrival } from '../../ledger/ledger.js';
import { asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';
import type { Admission, Intake } from '../intake.js';
import { readBody } from '../rest/body.js';
import { statusOf, toOperationOutcome } from '../rest/operation-outcome.js';
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
  readonly decode: (bytes: Uint8Array) => Result<Reading>;
  /** True where we may read from the EHR: then its patients are asked for, whose age models need. */
  readonly canFetch: boolean;
  readonly bodyBytesMax: number;
  readonly now: () => number;
}

const SENDER = 'fhir';
const FHIR_JSON = 'application/fhir+json';
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
  const body = await readBody(request.body, options.bodyBytesMax);
  if (!body.whole) {
    const told = `the body is larger than ${options.bodyBytesMax} bytes`;
    return refuse(request, body.bytes, failure('message-too-large', told), options);
  }
  const notification = parseNotification({ path: request.path, bytes: body.bytes });
  switch (notification.kind) {
    case 'ping':
      return TAKEN;
    case 'unusable':
      return refuse(request, body.bytes, notification.failure, options);
    case 'reference': {
      const { reference, version } = notification;
      return takeReference(request, body.bytes, reference, version, options);
    }
    case 'resource': {
      const { resource, reference } = notification;
      const isUnfinished = namesPatientElsewhere(resource) || isLinked(resource);
      if (reference !== null && options.canFetch && isUnfinished) {
        return takeReference(request, body.bytes, reference, versionOf(resource), options);
      }
      await options.intake.submit({
        ...arrivalOf(request, body.bytes, reference, versionOf(resource), options),
        decoded: options.decode(body.bytes),
        production: true,
        sourceReference: reference,
        sourceVersion: versionOf(resource),
      });
      return TAKEN;
    }
  }
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
  const arrival = arrivalOf(request, bytes, reference, version, options);
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
  const { failure: told }: Admission = await options.intake.submit({
    ...arrivalOf(request, bytes, null, null, options),
    decoded: { ok: false, failure: why },
    production: true,
  });
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

/** The patient is named by reference alone, and so without a birth date or a sex. */
function namesPatientElsewhere(resource: FhirResource): boolean {
  const subject = asRecord(asRecord(resource)?.['subject']);
  return !(asText(subject?.['reference']) ?? '#').startsWith('#');
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
