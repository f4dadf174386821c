/**
 * Everything that can go wrong, as one closed list. The class is decided here, where the failure is
 * named, so that a retry looks at a code and never at the words of a message.
 *
 * transient: the same attempt may work later. ambiguous: it may have worked already, so look before
 * trying again. permanent: no repeat can help; a person or a new input is needed.
 */
export type FailureClass = 'transient' | 'ambiguous' | 'permanent';

const classes = {
  // The message itself (nothing below it can be trusted).
  'no-header': 'permanent',
  'version-unsupported': 'permanent',
  'charset-unsupported': 'permanent',
  'message-type-not-taken': 'permanent',
  'message-malformed': 'permanent',
  'message-too-large': 'permanent',
  'message-too-slow': 'permanent',
  'sender-not-allowed': 'permanent',
  'request-invalid': 'permanent',
  unauthorised: 'permanent',
  // The ECG inside it.
  'no-ecg': 'permanent',
  'encoding-unknown': 'permanent',
  'encoding-broken': 'permanent',
  'pointer-not-followed': 'permanent',
  'lead-missing': 'permanent',
  'lead-unknown': 'permanent',
  'lead-doubled': 'permanent',
  'sample-not-a-number': 'permanent',
  'sample-out-of-range': 'permanent',
  'sample-count-differs': 'permanent',
  'sample-rate-invalid': 'permanent',
  'duration-invalid': 'permanent',
  'unit-unknown': 'permanent',
  'patient-missing': 'permanent',
  'age-invalid': 'permanent',
  'time-invalid': 'permanent',
  // The picture of a paper ECG.
  'picture-no-page': 'permanent',
  'picture-cut-off': 'permanent',
  'picture-many-ecgs': 'permanent',
  'picture-layout-unknown': 'permanent',
  'picture-unreadable': 'permanent',
  // Our own stores.
  'ledger-away': 'transient',
  'ledger-full': 'transient',
  'queue-away': 'transient',
  'row-missing': 'permanent',
  'lease-lost': 'transient',
  // Scoring.
  'model-invalid': 'permanent',
  'model-run-failed': 'permanent',
  'input-unavailable': 'permanent',
  'scorer-not-ready': 'transient',
  'scorer-busy': 'transient',
  'scorer-crashed': 'transient',
  'scorer-timed-out': 'transient',
  // The other side of a delivery or a fetch.
  'destination-away': 'transient',
  'destination-busy': 'transient',
  'destination-unauthorised': 'transient',
  'destination-outcome-unknown': 'ambiguous',
  'destination-refused': 'permanent',
  'destination-not-configured': 'permanent',
  'source-gone': 'permanent',
  // Taking in a file that is a picture.
  'picture-broken': 'permanent',
  'picture-too-large': 'permanent',
  'picture-too-many': 'permanent',
  'picture-too-slow': 'permanent',
  'picture-too-heavy': 'permanent',
  'picture-reader-busy': 'transient',
  'pdf-broken': 'permanent',
  'pdf-encrypted': 'permanent',
  'pdf-too-long': 'permanent',
  // What has become needless, and is ended without a word to the other side.
  'page-not-wanted': 'permanent',
  'updates-not-taken': 'permanent',
  // A retry that has gone on for as long as it is allowed to.
  'gave-up': 'permanent',
  // A defect of ours; retried because the next attempt may take another path, parked at the bound.
  unexpected: 'transient',
} as const satisfies Record<string, FailureClass>;

export type FailureCode = keyof typeof classes;

export const FAILURE_CODES = Object.freeze(Object.keys(classes)) as readonly FailureCode[];

export interface Failure {
  readonly code: FailureCode;
  readonly class: FailureClass;
  /** For the person who must act. Never holds patient data: it goes to logs and to the sender. */
  readonly detail: string;
  /** Where in the input, in the words of its format (`OBX[3].5`, `component[2]`), when known. */
  readonly location: string | null;
  /** How long the other side asked us to wait, when it did. */
  readonly retryAfterMs: number | null;
}

export function failure(
  code: FailureCode,
  detail: string,
  more: { location?: string; retryAfterMs?: number } = {},
): Failure {
  return Object.freeze({
    code,
    class: classes[code],
    detail,
    location: more.location ?? null,
    retryAfterMs: more.retryAfterMs ?? null,
  });
}

/** What a decoder answers: a value or the reason there is none. Decoders never throw. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(
  code: FailureCode,
  detail: string,
  more: { location?: string } = {},
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: failure(code, detail, more) };
}

/** Carries a Failure through code that throws: promises, transactions, job handlers. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  constructor(
    readonly failure: Failure,
    options?: { cause?: unknown },
  ) {
    super(`${failure.code}: ${failure.detail}`, options);
  }
}

export function fail(
  code: FailureCode,
  detail: string,
  more: { location?: string; retryAfterMs?: number; cause?: unknown } = {},
): FailureError {
  return new FailureError(failure(code, detail, more), { cause: more.cause });
}

/** Any caught value as a Failure. What nobody classed is `unexpected`; its text stays out. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  const kind = error instanceof Error ? error.name : typeof error;
  return failure('unexpected', `unclassed ${kind}`);
}
