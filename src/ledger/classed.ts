import { FailureError, fail } from '../core/failure.js';

/** PostgreSQL's own codes, by class: what a later attempt may find mended. */
const AWAY = /^(08|57P|40|55P03|53300|25P03|XX000)/;
const FULL = /^(53100|53200|54)/;
const SYSTEM_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
const SYSTEM_FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** An error of a database or a disk as a failure of ours, with nothing of its text. */
export function toLedgerFailure(error: unknown): unknown {
  if (error instanceof FailureError) return error;
  const code = codeOf(error);
  if (FULL.test(code) || SYSTEM_FULL.has(code)) {
    return fail('ledger-full', 'the ledger cannot hold more now', { cause: error });
  }
  if (AWAY.test(code) || SYSTEM_AWAY.has(code) || isPoolError(error)) {
    return fail('ledger-away', 'the ledger does not answer now', { cause: error });
  }
  return error;
}

/** The SQLSTATE or the system's own code. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** What the pool itself says has no code. */
function isPoolError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /timeout|terminated|ended|not queryable|connection|is clos/i.test(error.message)
  );
}

type Calls = Record<string, unknown>;

/** The same object, whose every call fails with a class. */
export function withClasses<T extends object>(calls: T): T {
  const wrapped: Calls = {};
  for (const [name, call] of Object.entries(calls)) {
    wrapped[name] = typeof call === 'function' ? classedCall(call as Call) : call;
  }
  return wrapped as T;
}

type Call = (...args: unknown[]) => unknown;

function classedCall(call: Call): Call {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw toLedgerFailure(error);
    }
  };
}
