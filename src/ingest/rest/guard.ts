import {
  Inject,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import type { BearerGuard } from './bearer.js';

export const REST_DOOR = Symbol('RestDoor');
export const REST_CREDENTIAL = Symbol('BearerGuard');

@Injectable()
export class RestGuard implements CanActivate {
  constructor(@Inject(REST_CREDENTIAL) private readonly allows: BearerGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (this.allows(request.get('authorization'))) return true;
    throw new UnauthorizedException();
  }
}
