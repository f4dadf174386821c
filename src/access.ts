import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Inject,
  Injectable,
  NotFoundException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { GATE, PERMISSION, type Gate, type Needed } from './board/gate.js';
import type { Refusals } from './ingest/refusals.js';

export const ACCESS = Symbol('Access');
export const REFUSALS = Symbol('Refusals');

/** Who may call what, in one place: a route that no class names does not exist. */
export interface Access {
  readonly api: BearerCheck;
  readonly restHook: BearerCheck;
}

export type BearerCheck = (authorization: string | undefined) => boolean;

const ROUTES: readonly (readonly [prefix: string, who: 'open' | 'people' | keyof Access])[] = [
  ['/health/', 'open'],
  ['/metrics', 'open'],
  // Discovery is public; each call is checked by its door, which knows the clients' keys.
  ['/cds-services', 'open'],
  ['/.well-known/jwks.json', 'open'],
  ['/api/', 'api'],
  ['/fhir/', 'restHook'],
  ['/board', 'people'],
];

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(REFUSALS) private readonly refusals: Refusals,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const route = ROUTES.find(([prefix]) => request.path.startsWith(prefix));
    if (!route) throw new NotFoundException();
    const [, who] = route;
    if (who === 'people') {
      const needed = this.reflector.get<Needed | undefined>(PERMISSION, context.getHandler());
      // A route of the board that names no permission is for nobody.
      if (needed === undefined) throw new NotFoundException();
      await this.gate.admit(request, needed);
      return true;
    }
    if (who === 'open' || this.access[who](request.get('authorization'))) return true;
    // The door alone: the rest of an address may name a patient.
    await this.refusals.note(request.ip ?? 'unknown', 'refused: no valid credential', route[0]);
    throw new UnauthorizedException();
  }
}

/**
 * With nothing configured a loopback port is open, for trying out; any other port answers 401 until
 * a credential is configured.
 */
export function bearerCheck(token: string | null, loopback: boolean): BearerCheck {
  if (token === null) return () => loopback;
  const expected = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ''), expected);
}

/** Digests are of one length, so the comparison tells nothing, not even how long the secret is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
