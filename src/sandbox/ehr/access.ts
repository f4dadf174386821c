import { Problem } from './problem.js';
import { permits, type Action, type Scope } from './scopes.js';
import type { SmartServer } from './smart.js';

/** What the bearer of a request may do. */
export type Allow = (type: string, action: Action) => void;

const EVERYTHING: readonly Scope[] = [{ type: '*', actions: 'cruds' }];

/** Throws a Problem for a request without a token that is in force. */
export function accessOf(
  authorization: string | null,
  fixedToken: string | undefined,
  smart: SmartServer,
): Allow {
  const [, given] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  const isOpen = fixedToken === undefined && !smart.isInUse;
  const scopes =
    isOpen || (fixedToken !== undefined && given === fixedToken)
      ? EVERYTHING
      : given === undefined
        ? null
        : smart.scopesOf(given);
  if (!scopes) {
    const challenge = given === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
    throw new Problem(401, 'login', 'a bearer token in force is needed', [], {
      'www-authenticate': challenge,
    });
  }
  return (type, action) => {
    if (permits(scopes, type, action)) return;
    throw new Problem(403, 'forbidden', `the token does not allow this (system/${type}.${action})`);
  };
}
