import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Audit } from './ledger/audit.js';

export const AUDIT_TRAIL = Symbol('AuditTrail');

/** Whatever a machine reads of patients over the API; what people read the board writes down. */
const READS: readonly (readonly [pattern: RegExp, action: string])[] = [
  [/^\/api\/receipts$/, 'list receipts'],
  [/^\/api\/receipts\/([\w-]{1,100})$/, 'read receipt'],
  [/^\/api\/receipts\/([\w-]{1,100})\/replay$/, 'replay receipt'],
  [/^\/api\/ecgs$/, 'upload ecg'],
  [/^\/api\/audit$/, 'read audit'],
];

/**
 * Written before the answer: what could not be written down is not read. It stands behind the guard
 * of access, so that it sees only those who were let in.
 */
@Injectable()
export class AuditTrailGuard implements CanActivate {
  constructor(@Inject(AUDIT_TRAIL) private readonly audit: Pick<Audit, 'record'>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    for (const [pattern, action] of READS) {
      const found = pattern.exec(request.path);
      if (!found) continue;
      const subject = found[1] ?? 'receipts';
      const address = request.ip ?? null;
      await this.audit.record({ actor: 'api', action, subject, via: 'api', address });
    }
    return true;
  }
}
