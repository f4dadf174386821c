import type { Request, Response } from 'express';
import type { Audit } from '../ledger/audit.js';
import type { Sessions } from '../ledger/sessions.js';
import { Buckets, type Rate } from './buckets.js';
import {
  clearCookie,
  digestOf,
  LOGIN_COOKIE,
  newSecret,
  readCookie,
  SESSION_COOKIE,
  setCookie,
} from './cookies.js';
import type { Viewer } from './gate.js';
import type { IdentityProvider, Person } from './identity-provider.js';
import type { LoginAnswer } from './login.controller.js';
import { isRole, type Role } from './permissions.js';

export interface LoginDesk {
  begin(request: Request, response: Response): Promise<LoginAnswer>;
  finish(request: Request, response: Response): Promise<LoginAnswer>;
  logout(viewer: Viewer | null, response: Response): Promise<void>;
}

export interface LoginDeskOptions {
  readonly provider: IdentityProvider;
  readonly sessions: Sessions;
  readonly audit: Pick<Audit, 'record'>;
  /** Ours as the browser knows it. */
  readonly publicUrl: string;
  /** Group of the provider to role of the board; a group that is a role's own name needs none. */
  readonly roles: Readonly<Record<string, string>>;
  readonly sessionMsMax: number;
  readonly now: () => number;
}

const LOGIN_MS_MAX = 600_000;
export const LOGINS_PER_ADDRESS: Rate = { perSecond: 1, burst: 30 };
const HOME: LoginAnswer = { kind: 'go', to: '/board/' };

/** Where there is no provider there is nothing to log in to. */
export function createNoLoginDesk(): LoginDesk {
  return {
    begin: () => Promise.resolve(HOME),
    finish: () => Promise.resolve(HOME),
    logout: () => Promise.resolve(),
  };
}

export function createLoginDesk(options: LoginDeskOptions): LoginDesk {
  const { sessions, audit, provider, now } = options;
  const isSecure = options.publicUrl.startsWith('https://');
  const byAddress = new Buckets(LOGINS_PER_ADDRESS, now);
  const record = (actor: string, action: string): Promise<void> =>
    audit.record({ actor, action, subject: 'board' });
  return {
    async begin(request, response) {
      if (!byAddress.take(request.ip ?? '')) return stop(429, 'Too many logins begin here.');
      const begun = await provider.begin().catch(() => null);
      if (!begun) return stop(503, 'The identity provider does not answer.');
      const { url, state, nonce, verifier } = begun;
      const secret = newSecret();
      await sessions.beginLogin({ digest: digestOf(secret), state, nonce, verifier, atMs: now() });
      setCookie(response, LOGIN_COOKIE, secret, { isSecure, maxAgeMs: LOGIN_MS_MAX });
      return { kind: 'go', to: url.href };
    },
    async finish(request, response) {
      const secret = readCookie(request, LOGIN_COOKIE);
      clearCookie(response, LOGIN_COOKIE);
      const begun = secret && (await sessions.takeLogin(digestOf(secret), now() - LOGIN_MS_MAX));
      if (!begun) return stop(400, 'No login was begun in this browser, or too long ago.');
      const returned = new URL(request.originalUrl, options.publicUrl);
      const person = await provider.finish(returned, begun).catch(() => null);
      if (!person) {
        await record('unknown', 'log in refused');
        return stop(401, 'The identity provider did not vouch for this login.');
      }
      const roles = rolesOf(person, options.roles);
      if (roles.length === 0) {
        await record(person.subject, 'log in without a role');
        return stop(403, 'You are known, but have no role at this board.');
      }
      await open(options, response, person, roles, isSecure);
      await record(person.subject, 'log in');
      return HOME;
    },
    async logout(viewer, response) {
      clearCookie(response, SESSION_COOKIE);
      if (!viewer) return;
      await sessions.close(viewer.sessionKey);
      await record(viewer.subject, 'log out');
    },
  };
}

/** A session of its own for each login: whatever the browser held before is worth nothing. */
async function open(
  { sessions, sessionMsMax, now }: LoginDeskOptions,
  response: Response,
  { subject, name }: Person,
  roles: readonly Role[],
  isSecure: boolean,
): Promise<void> {
  const secret = newSecret();
  await sessions.open({
    digest: digestOf(secret),
    subject,
    name,
    roles,
    csrf: newSecret(),
    openedAtMs: now(),
  });
  setCookie(response, SESSION_COOKIE, secret, { isSecure, maxAgeMs: sessionMsMax });
}

export function rolesOf(
  { groups }: Pick<Person, 'groups'>,
  mapped: Readonly<Record<string, string>>,
): readonly Role[] {
  const roles = groups.flatMap((group) => {
    const role = Object.hasOwn(mapped, group) ? mapped[group] : group;
    return role !== undefined && isRole(role) ? [role] : [];
  });
  return [...new Set(roles)];
}

function stop(status: number, text: string): LoginAnswer {
  return { kind: 'stop', status, text };
}
