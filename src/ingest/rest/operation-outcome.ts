import type { Failure, FailureCode } from '../../core/failure.js';

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly {
    readonly severity: 'error' | 'warning';
    readonly code: string;
    readonly details: { readonly coding: readonly [{ system: string; code: string }] };
    readonly diagnostics: string;
    readonly expression?: readonly string[];
  }[];
}

/** FHIR's own issue types; `processing` where none says more. */
const ISSUE_TYPES: Partial<Record<FailureCode, string>> = {
  'message-too-large': 'too-long',
  'message-too-slow': 'timeout',
  'message-malformed': 'structure',
  'encoding-broken': 'structure',
  'encoding-unknown': 'not-supported',
  'no-ecg': 'not-supported',
  'lead-missing': 'required',
  'patient-missing': 'required',
  'sample-not-a-number': 'value',
  'sample-out-of-range': 'value',
  'unit-unknown': 'code-invalid',
  'ledger-away': 'transient',
  'ledger-full': 'no-store',
  'sender-not-allowed': 'forbidden',
};

export function toOperationOutcome(failure: Failure): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: ISSUE_TYPES[failure.code] ?? 'processing',
        details: {
          coding: [{ system: 'https://leadwire.dev/fhir/CodeSystem/failure', code: failure.code }],
        },
        diagnostics: failure.detail,
        ...(failure.location === null ? {} : { expression: [failure.location] }),
      },
    ],
  };
}

/** What a caller may do about it: 4xx change the request, 503 send it again. */
export function statusOf(failure: Failure): number {
  if (failure.code === 'message-too-large') return 413;
  if (failure.code === 'message-too-slow') return 408;
  if (failure.code === 'sender-not-allowed') return 403;
  if (failure.class === 'transient' && failure.code !== 'unexpected') return 503;
  if (failure.code === 'unexpected') return 500;
  return 422;
}
