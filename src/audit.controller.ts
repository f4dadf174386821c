import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { AUDIT_TRAIL } from './audit-trail.js';
import { toAuditEvent } from './delivery/fhir/audit-event.js';
import type { Audit } from './ledger/audit.js';

const query = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});

/** The audit as FHIR AuditEvents, one a line: an archive asks again behind the last one it has. */
@Controller('api/audit')
export class AuditController {
  constructor(@Inject(AUDIT_TRAIL) private readonly audit: Pick<Audit, 'after'>) {}

  @Get()
  async list(@Query() asked: unknown, @Res() response: Response): Promise<void> {
    const parsed = query.safeParse(asked);
    if (!parsed.success) {
      response.status(400).type('text/plain').send('after and limit are numbers\n');
      return;
    }
    const rows = await this.audit.after(parsed.data.after, parsed.data.limit);
    const last = rows.at(-1)?.id ?? parsed.data.after;
    response
      .set('leadwire-audit-next', String(last))
      .type('application/fhir+ndjson')
      .send(rows.map((row) => `${JSON.stringify(toAuditEvent(row))}\n`).join(''));
  }
}
