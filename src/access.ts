import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Inject,
  Injectable,
  NotFoundException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';

export const ACCESS = Symbol('Access');

/** Who may call what, in one place: a route that no class names does not exist. */
export interface Access {
  readonly api: BearerCheck;
  readonly restHook: BearerCheck;
}

export type BearerCheck = (authorization: string | undefined) => boolean;

const ROUTES: readonly (readonly [prefix: string, who: 'open' | keyof Access])[] = [
  ['/health/', 'open'],
  ['/metrics', 'open'],
  ['/api/', 'api'],
  ['/fhir/', 'restHook'],
];

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const route = ROUTES.find(([prefix]) => request.path.startsWith(prefix));
    if (!route) throw new NotFoundException();
    const [, who] = route;
    if (who === 'open' || this.access[who](request.get('authorization'))) return true;
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
