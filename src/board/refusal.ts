import { HttpException } from '@nestjs/common';
import type { FailureCode } from '../core/failure.js';

export type RefusalCode =
  | 'login'
  | 'board-off'
  | 'forbidden'
  | 'csrf'
  | 'too-many'
  | 'not-found'
  | 'invalid'
  | 'too-large'
  | 'busy';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  login: 401,
  'board-off': 503,
  forbidden: 403,
  csrf: 403,
  'too-many': 429,
  'not-found': 404,
  invalid: 400,
  'too-large': 413,
  busy: 503,
};

/** A no of the board: a code for the page, a sentence for the person. */
export class BoardRefusal extends HttpException {
  constructor(
    readonly code: RefusalCode,
    readonly text: string,
    readonly more: Readonly<Record<string, string>> = {},
  ) {
    super(text, STATUS[code]);
  }
}

export interface BoardProblem {
  readonly error: { readonly code: string; readonly text: string };
}

export function toBoardProblem(code: RefusalCode | FailureCode, text: string): BoardProblem {
  return { error: { code, text } };
}
