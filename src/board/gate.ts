import { SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { Permission, Role } from './permissions.js';

export const GATE = Symbol('Gate');
export const PERMISSION = 'leadwire:permission';

/** Who stands at the board. */
export interface Viewer {
  /** As the identity provider names them; goes into the audit. */
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  /** Sent back in a header with everything that changes something. */
  readonly csrf: string;
  /** Tells sessions apart for limits; not what the cookie holds. */
  readonly sessionKey: string;
}

/** `open`: the page's own files and the way to log in, which hold nothing of a patient. */
export type Needed = Permission | 'open' | 'anybody';

export interface Gate {
  /** Why nobody can be let in here at all; null where the board works. */
  readonly whyOff: string | null;
  /** Throws a refusal where this request may not pass. */
  admit(request: Request, needed: Needed): Promise<void>;
  /** Null where nobody is logged in. */
  viewerOf(request: Request): Viewer | null;
  /** Whether a page that follows along may go on. */
  isStillIn(viewer: Viewer | null): Promise<boolean>;
}

/** What a route of the board needs. One that names nothing lets nobody in. */
export const Needs = (needed: Needed) => SetMetadata(PERMISSION, needed);
