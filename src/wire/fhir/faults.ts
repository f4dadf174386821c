import { failure, FailureError, type Failure } from '../../core/failure.js';
import { asList, asRecord, asText } from './resource.js';

/**
 * What a failed request means. The question behind every line is whether the server may have done
 * the work all the same.
 *
 * A write is ambiguous once its bytes may have left: a time-out, a reset, any 5xx (proxies make
 * them after the server has committed), 408 and 409 (two of us wrote the same at one instant: the
 * other may stand) and 412 (more than one stands already). An ambiguous write is read back before
 * it is tried again, so calling a clean 500 ambiguous costs one search, and calling an unclean one
 * clean would cost a second result in the chart. 429, and a 503 that names a time to come back, are
 * the server's own words for "not now"; 401 and 403 mean that nothing was looked at.
 */
export type Intent = 'read' | 'write' | 'change';

/** Answers to a change by a server that keeps resources as they were written, or lets us change none. */
const CHANGES_NOT_TAKEN: ReadonlySet<number> = new Set([403, 405]);

/** Bounds what a hostile or confused server can make us wait. */
export const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

export interface HttpFault {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

export function faultOfAnswer(fault: HttpFault, intent: Intent, nowMs: number): Failure {
  const { status } = fault;
  const told = `the server answered ${status}${outcomeInWords(fault.body)}`;
  const retryAfterMs = parseRetryAfterMs(fault.retryAfter, nowMs);
  const wait = retryAfterMs === null ? {} : { retryAfterMs };
  if (status === 429 || (status === 503 && retryAfterMs !== null)) {
    return failure('destination-busy', told, wait);
  }
  if (intent === 'change' && CHANGES_NOT_TAKEN.has(status)) {
    return failure('updates-not-taken', told);
  }
  if (status === 401 || status === 403) return failure('destination-unauthorised', told);
  if (status >= 500 || status === 408 || status === 425) {
    return failure(intent !== 'read' ? 'destination-outcome-unknown' : 'destination-away', told);
  }
  if (intent !== 'read' && (status === 409 || status === 412)) {
    return failure('destination-outcome-unknown', told);
  }
  if (intent === 'read' && (status === 404 || status === 410)) return failure('source-gone', told);
  if (status < 300) {
    const odd = `the server answered ${status} with a body that is not FHIR`;
    return failure(intent !== 'read' ? 'destination-outcome-unknown' : 'destination-away', odd);
  }
  if (status < 400) {
    return failure('destination-refused', `the server answered ${status}: redirects are not taken`);
  }
  return failure('destination-refused', told);
}

/** Seconds, or an HTTP date; null where neither is there. */
export function parseRetryAfterMs(text: string | null, nowMs: number): number | null {
  if (text === null || text.trim() === '') return null;
  const waitMs = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.max(0, Math.min(waitMs, RETRY_AFTER_MS_MAX));
}

const ISSUES_TOLD_MAX = 5;
const ISSUE_TYPE = /^[a-z-]{1,40}$/;
/** Element paths only: an expression that quotes values might quote a patient's. */
const ELEMENT_PATH = /^[A-Za-z][A-Za-z]*(\[\d{1,4}\])?(\.[A-Za-z]+(\[[x\d]{1,4}\])?){0,12}$/;

/** Issue types and element paths. The server's own sentences stay out: they quote what was sent. */
function outcomeInWords(body: unknown): string {
  const outcome = asRecord(body);
  if (outcome?.['resourceType'] !== 'OperationOutcome') return '';
  const issues = asList(outcome['issue']).flatMap((one) => {
    const issue = asRecord(one);
    if (!issue || issue['severity'] === 'information') return [];
    const code = asText(issue['code']) ?? '';
    const paths = [...asList(issue['expression']), ...asList(issue['location'])];
    const path = paths.map(asText).find((one) => one !== null && ELEMENT_PATH.test(one));
    return ISSUE_TYPE.test(code) ? [`${code}${path ? ` at ${path}` : ''}`] : [];
  });
  const told = [...new Set(issues)].slice(0, ISSUES_TOLD_MAX);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** Raised before a connection stands, so that no byte of the request can have left. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** What Node calls a certificate that it will not trust, or a handshake that failed. */
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|EPROTO$)/;

const TOO_LARGE: ReadonlySet<string> = new Set([
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'ERR_BUFFER_TOO_LARGE',
]);

export function faultOfError(error: unknown, intent: Intent): Failure {
  if (error instanceof FailureError) return error.failure;
  const { code, beforeConnection } = causeOf(error);
  if (beforeConnection) {
    return failure('destination-away', `the server cannot be reached (${code})`);
  }
  if (TOO_LARGE.has(code) && intent === 'read') {
    return failure('message-too-large', 'the answer is larger than allowed');
  }
  const told = `the request did not end in an answer (${code})`;
  return failure(intent !== 'read' ? 'destination-outcome-unknown' : 'destination-away', told);
}

/** By shape and not by class: what a socket raises may be of another realm. */
function causeOf(error: unknown): { code: string; beforeConnection: boolean } {
  const raised = asRecord(error);
  const name = asText(raised?.['name']) ?? 'unknown';
  if (name === 'TimeoutError') return { code: 'timed out', beforeConnection: false };
  const told = raised?.['code'] === undefined ? asRecord(raised?.['cause']) : raised;
  const code = asText(told?.['code']) ?? name;
  const call = asText(told?.['syscall']) ?? '';
  const beforeConnection =
    NOT_CONNECTED.has(code) || TLS_CODE.test(code) || ['connect', 'getaddrinfo'].includes(call);
  return { code, beforeConnection };
}
