import type { Request } from 'express';
import type { Session, Sessions } from '../ledger/sessions.js';
import { Buckets, type Rate } from './buckets.js';
import { digestOf, readCookie, SESSION_COOKIE } from './cookies.js';
import { csrfMatches } from './csrf.js';
import type { Gate, Needed, Viewer } from './gate.js';
import { isRole, permissionsOf } from './permissions.js';
import { BoardRefusal } from './refusal.js';

export interface OidcGateOptions {
  readonly sessions: Sessions;
  readonly idleMsMax: number;
  readonly sessionMsMax: number;
  readonly now: () => number;
  readonly perSession?: Rate;
  readonly perAddress?: Rate;
}

/** A page that opens asks for a few dozen things at once; nobody clicks faster than this. */
export const PER_SESSION: Rate = { perSecond: 20, burst: 200 };
/** A ward may stand behind one address. */
export const PER_ADDRESS: Rate = { perSecond: 100, burst: 1_000 };

export const LOGIN_URL = '/board/login';

/** Nobody passes without a session that somebody with a role opened at the identity provider. */
export function createOidcGate(options: OidcGateOptions): Gate {
  const { sessions, idleMsMax, sessionMsMax, now } = options;
  const bySession = new Buckets(options.perSession ?? PER_SESSION, now);
  const byAddress = new Buckets(options.perAddress ?? PER_ADDRESS, now);
  const admitted = new WeakMap<Request, Viewer>();
  const find = (digest: string, isUse: boolean): Promise<Session | null> => {
    const nowMs = now();
    return sessions.find({
      digest,
      usedSinceMs: nowMs - idleMsMax,
      openedSinceMs: nowMs - sessionMsMax,
      nowMs,
      isUse,
    });
  };
  return {
    whyOff: null,
    async admit(request, needed) {
      if (!byAddress.take(request.ip ?? '')) throw tooMany();
      if (needed === 'open') return;
      const secret = readCookie(request, SESSION_COOKIE);
      const session = secret === null ? null : await find(digestOf(secret), isUse(request));
      if (!session) throw new BoardRefusal('login', 'log in first', { loginUrl: LOGIN_URL });
      const viewer = viewerIn(session);
      if (!bySession.take(viewer.sessionKey)) throw tooMany();
      if (!csrfMatches(request, viewer)) {
        throw new BoardRefusal('csrf', 'the request does not come from the page');
      }
      requirePermission(viewer, needed);
      admitted.set(request, viewer);
    },
    viewerOf: (request) => admitted.get(request) ?? null,
    async isStillIn(viewer) {
      return viewer !== null && (await find(viewer.sessionKey, false)) !== null;
    },
  };
}

function viewerIn(session: Session): Viewer {
  const roles = session.roles.filter(isRole);
  const { subject, name, csrf, digest } = session;
  return { subject, name, roles, permissions: permissionsOf(roles), csrf, sessionKey: digest };
}

export function requirePermission(viewer: Viewer, needed: Needed): void {
  if (needed === 'open' || needed === 'anybody' || viewer.permissions.includes(needed)) return;
  throw new BoardRefusal('forbidden', `your role does not allow this (${needed})`);
}

/** A page that follows along by itself keeps nobody logged in. */
function isUse(request: Request): boolean {
  return !request.path.endsWith('/events');
}

function tooMany(): BoardRefusal {
  return new BoardRefusal('too-many', 'too many requests, wait a moment');
}
