import { randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { csrfMatches } from './csrf.js';
import type { Gate, Needed, Viewer } from './gate.js';
import { PERMISSIONS } from './permissions.js';
import { BoardRefusal } from './refusal.js';

/** On a loopback port with nothing configured all is open, for trying out, to one named `local`. */
export function createLocalGate(): Gate {
  const viewer: Viewer = Object.freeze({
    subject: 'local',
    name: 'local',
    roles: ['admin'] as const,
    permissions: PERMISSIONS,
    csrf: randomBytes(24).toString('base64url'),
    sessionKey: 'local',
  });
  return {
    whyOff: null,
    admit(request: Request, needed: Needed) {
      // A page of another site in the same browser reaches a loopback port too.
      if (needed !== 'open' && !isOwnHost(request)) {
        throw new BoardRefusal('forbidden', 'open the board by the name or number of this machine');
      }
      if (!csrfMatches(request, viewer)) {
        throw new BoardRefusal('csrf', 'the request does not come from the page');
      }
      return Promise.resolve();
    },
    viewerOf: () => viewer,
    isStillIn: () => Promise.resolve(true),
  };
}

/** A name of somebody else's that points at this machine must not be let read it. */
function isOwnHost(request: Request): boolean {
  const host = (request.get('host') ?? '').replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
