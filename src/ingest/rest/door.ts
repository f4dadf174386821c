import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { failure, FailureError, refuse, type Failure } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import { RECEIPT_OUTCOMES, type Ledger } from '../../ledger/ledger.js';
import type { Decode } from '../decode.js';
import type { Intake, Submission } from '../intake.js';
import { readBody } from './body.js';
import { statusOf, toOperationOutcome } from './operation-outcome.js';
import { standingOf, toListed, waitForAssessment, type Assessed } from './standing.js';
import { parseBeside, parseUpload, type Upload } from './upload.js';

export interface RestRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly contentType: string;
  readonly accept: string;
  readonly idempotencyKey: string | null;
  readonly body: Readable;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Called once the answer has left. */
  readonly afterwards?: () => void;
}

/** How an assessed ECG reads in one media type: given by whoever composes the door. */
export interface Rendering {
  readonly mediaType: string;
  readonly render: (assessed: Assessed) => string;
}

export interface RestDoor {
  upload(request: RestRequest): Promise<RestAnswer>;
  standing(receiptId: string): Promise<RestAnswer>;
  /** The newest receipts, by sender, message id or outcome. */
  list(query: Readonly<Record<string, unknown>>): Promise<RestAnswer>;
  /** Takes the stored bytes of a receipt through the door again, as a receipt of its own. */
  replay(receiptId: string): Promise<RestAnswer>;
}

export interface RestDoorOptions {
  readonly intake: Intake;
  readonly ledger: Pick<Ledger, 'receipts' | 'assessments' | 'deliveries'>;
  readonly decode: Decode;
  readonly renderings: readonly Rendering[];
  readonly bodyBytesMax: number;
  readonly log: Log;
  readonly now: () => number;
}

const SENDER = 'rest';
const JSON_TYPE = 'application/json';
const RETRY_AFTER_SECONDS = '5';

export function createRestDoor(options: RestDoorOptions): RestDoor {
  return {
    upload: async (request) => telling(await told(() => upload(request, options)), options.log),
    standing: (receiptId) => told(() => answerStanding(receiptId, options, 200)),
    list: (query) => told(() => list(query, options)),
    replay: (receiptId) => told(() => replay(receiptId, options)),
  };
}

async function upload(request: RestRequest, options: RestDoorOptions): Promise<RestAnswer> {
  const parsed = parseUpload(request.query);
  if (!parsed.ok) return problem(400, failure('request-invalid', parsed.problem));
  const body = await readBody(request.body, options.bodyBytesMax);
  const { upload } = parsed;
  const tooLarge = `the body is larger than ${options.bodyBytesMax} bytes`;
  return admit(
    {
      door: 'rest',
      sender: SENDER,
      messageId: request.idempotencyKey ?? contentKey(body.bytes, upload.hints),
      contentType: request.contentType,
      bytes: body.bytes,
      receivedAtMs: options.now(),
      hints: upload.hints,
      decoded: body.whole
        ? await options.decode(body.bytes)
        : refuse('message-too-large', tooLarge),
      production: true,
      beside: upload.beside,
    },
    upload,
    request.accept,
    options,
  );
}

/** The same body with the same words beside it, sent again, is a repeat and not a new ECG. */
function contentKey(bytes: Uint8Array, hints: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(hints)).update(bytes).digest('hex');
}

async function admit(
  submission: Submission,
  upload: Pick<Upload, 'waitMs'>,
  accept: string,
  options: RestDoorOptions,
): Promise<RestAnswer> {
  const { accepted, failure: fault } = await options.intake.submit(submission);
  const headers = { location: `/api/receipts/${accepted.receiptId}` };
  if (fault) return problem(statusOf(fault), fault, headers);
  if (accepted.outcome === 'not-ours') {
    return problem(422, failure('no-ecg', 'the body holds no ECG'), headers);
  }
  if (upload.waitMs > 0 && accepted.ecgId !== null) {
    const assessed = await waitForAssessment(
      options.ledger,
      accepted.ecgId,
      upload.waitMs,
      options.now,
    );
    if (assessed) return rendered(accept, assessed, accepted.receiptId, headers, options);
  }
  return answerStanding(accepted.receiptId, options, 202, headers);
}

async function rendered(
  accept: string,
  assessed: Assessed,
  receiptId: string,
  headers: Readonly<Record<string, string>>,
  options: RestDoorOptions,
): Promise<RestAnswer> {
  const rendering = options.renderings.find(({ mediaType }) => accept.includes(mediaType));
  if (!rendering) return answerStanding(receiptId, options, 200, headers);
  return {
    status: 200,
    headers: { ...headers, 'content-type': rendering.mediaType },
    body: rendering.render(assessed),
  };
}

async function answerStanding(
  receiptId: string,
  options: RestDoorOptions,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<RestAnswer> {
  const standing = await standingOf(options.ledger, receiptId);
  if (!standing) return problem(404, failure('row-missing', 'there is no such receipt'));
  return {
    status,
    headers: { ...headers, 'content-type': JSON_TYPE },
    body: JSON.stringify(standing),
  };
}

export const RECEIPTS_LISTED_MAX = 200;

async function list(
  query: Readonly<Record<string, unknown>>,
  { ledger }: RestDoorOptions,
): Promise<RestAnswer> {
  const { sender, messageId } = query;
  const outcome = RECEIPT_OUTCOMES.find((one) => one === query['outcome']);
  if (query['outcome'] !== undefined && outcome === undefined) {
    return problem(400, failure('request-invalid', 'there is no such outcome'));
  }
  const receipts = await ledger.receipts.list({
    limit: RECEIPTS_LISTED_MAX,
    ...(typeof sender === 'string' ? { sender } : {}),
    ...(typeof messageId === 'string' ? { messageId } : {}),
    ...(outcome === undefined ? {} : { outcome }),
  });
  return {
    status: 200,
    headers: { 'content-type': JSON_TYPE },
    body: JSON.stringify({ receipts: receipts.map(toListed) }),
  };
}

async function replay(receiptId: string, options: RestDoorOptions): Promise<RestAnswer> {
  const receipt = await options.ledger.receipts.get(receiptId);
  const bytes = receipt && (await options.ledger.receipts.bytes(receipt.repeatOf ?? receiptId));
  if (!receipt || !bytes) {
    return problem(404, failure('row-missing', 'there is no such receipt, or its bytes are gone'));
  }
  const beside = parseBeside(receipt.hints);
  return admit(
    {
      door: 'rest',
      sender: receipt.sender,
      // No id: a replay is meant to be looked at again, not to be taken for a repeat.
      messageId: null,
      contentType: receipt.contentType,
      bytes,
      receivedAtMs: options.now(),
      hints: receipt.hints,
      decoded: await options.decode(bytes),
      production: false,
      ...(typeof beside === 'string' ? {} : { beside }),
    },
    { waitMs: 0 },
    JSON_TYPE,
    options,
  );
}

export function problem(
  status: number,
  fault: Failure,
  headers: Readonly<Record<string, string>> = {},
): RestAnswer {
  return {
    status,
    headers: {
      ...headers,
      'content-type': 'application/fhir+json',
      ...(status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
    },
    body: JSON.stringify(toOperationOutcome(fault)),
  };
}

function telling(answer: RestAnswer, log: Log): RestAnswer {
  return {
    ...answer,
    afterwards: () => {
      log('answered', { door: 'rest', bytes: answer.body.length });
    },
  };
}

async function told(work: () => Promise<RestAnswer>): Promise<RestAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailureError) return problem(statusOf(error.failure), error.failure);
    throw error;
  }
}
