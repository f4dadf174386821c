import { describe, expect, test } from '@jest/globals';
import { faultOfAnswer, faultOfError, parseRetryAfterMs, RETRY_AFTER_MS_MAX } from './faults.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const answer = (status: number, retryAfter: string | null = null, body: unknown = {}) => ({
  status,
  retryAfter,
  body,
});

describe('an answer of the server', () => {
  test.each([
    [400, 'destination-refused', 'destination-refused'],
    [401, 'destination-unauthorised', 'destination-unauthorised'],
    [403, 'destination-unauthorised', 'destination-unauthorised'],
    [404, 'source-gone', 'destination-refused'],
    [408, 'destination-away', 'destination-outcome-unknown'],
    [409, 'destination-refused', 'destination-outcome-unknown'],
    [410, 'source-gone', 'destination-refused'],
    [405, 'destination-refused', 'destination-refused'],
    [412, 'destination-refused', 'destination-outcome-unknown'],
    [422, 'destination-refused', 'destination-refused'],
    [429, 'destination-busy', 'destination-busy'],
    [500, 'destination-away', 'destination-outcome-unknown'],
    [502, 'destination-away', 'destination-outcome-unknown'],
    [503, 'destination-away', 'destination-outcome-unknown'],
    [504, 'destination-away', 'destination-outcome-unknown'],
    [302, 'destination-refused', 'destination-refused'],
    [200, 'destination-away', 'destination-outcome-unknown'],
  ])('%i to a read is %s, to a write %s', (status, read, write) => {
    expect(faultOfAnswer(answer(status), 'read', NOW).code).toBe(read);
    expect(faultOfAnswer(answer(status), 'write', NOW).code).toBe(write);
    const isUntaken = status === 403 || status === 405;
    const change = isUntaken ? 'updates-not-taken' : write;
    expect(faultOfAnswer(answer(status), 'change', NOW).code).toBe(change);
  });

  test('503 that names a time is busy, and the time is kept', () => {
    const fault = faultOfAnswer(answer(503, '7'), 'write', NOW);
    expect(fault).toMatchObject({ code: 'destination-busy', retryAfterMs: 7_000 });
  });

  test('tells issue types and element paths, and nothing that may be a patient', () => {
    const body = {
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'information', code: 'informational' },
        {
          severity: 'error',
          code: 'invalid',
          diagnostics: 'Patient Anna Andersson 19121212-1212 is not known',
          details: { text: 'Anna Andersson' },
          expression: ["Bundle.entry.where(fullUrl='Anna')", 'Bundle.entry[1].resource.subject'],
        },
        { severity: 'error', code: 'Anna Andersson', expression: ['Patient.name'] },
        { severity: 'error', code: 'required', expression: ["name='Anna'"] },
      ],
    };
    expect(faultOfAnswer(answer(422, null, body), 'write', NOW).detail).toBe(
      'the server answered 422 (invalid at Bundle.entry[1].resource.subject, required)',
    );
  });
});

test.each([
  ['7', 7_000],
  [' 0 ', 0],
  ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['999999999', RETRY_AFTER_MS_MAX],
  ['soon', null],
  ['', null],
  [null, null],
])('Retry-After %j asks to wait %j ms', (text, waitMs) => {
  expect(parseRetryAfterMs(text, NOW)).toBe(waitMs);
});

describe('an error instead of an answer', () => {
  const raised = (code: string, syscall?: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) });

  test.each([
    ['ECONNREFUSED', undefined],
    ['ENOTFOUND', 'getaddrinfo'],
    ['ETIMEDOUT', 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', undefined],
    ['CERT_HAS_EXPIRED', undefined],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', undefined],
  ])('%s before a connection stood is no doubt about a write', (code, syscall) => {
    expect(faultOfError(raised(code, syscall), 'write').code).toBe('destination-away');
  });

  test.each([
    ['ECONNRESET', 'read'],
    ['EPIPE', 'write'],
    ['UND_ERR_SOCKET', undefined],
    ['UND_ERR_BODY_TIMEOUT', undefined],
    ['UND_ERR_RES_EXCEEDED_MAX_SIZE', undefined],
    ['SOMETHING_NEW', undefined],
  ])('%s leaves a write in doubt', (code, syscall) => {
    expect(faultOfError(raised(code, syscall), 'write').code).toBe('destination-outcome-unknown');
  });

  test('an answer beyond the bound will be no smaller next time', () => {
    const fault = faultOfError(raised('UND_ERR_RES_EXCEEDED_MAX_SIZE'), 'read');
    expect(fault).toMatchObject({ code: 'message-too-large', class: 'permanent' });
  });

  test('a read in doubt is just tried again', () => {
    expect(faultOfError(raised('ECONNRESET', 'read'), 'read').code).toBe('destination-away');
  });
});
