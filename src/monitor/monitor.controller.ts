import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';

export const HEALTH = Symbol('Health');
export const METRICS = Symbol('Metrics');

/** Open to everyone who reaches the port: nothing of a patient is in here. */
@Controller()
export class MonitorController {
  constructor(
    @Inject(HEALTH) private readonly health: Health,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /** The process turns: Redis, the database and the EHR are none of its business. */
  @Get('health/live')
  live(): { live: true } {
    return { live: true };
  }

  @Get('health/ready')
  async ready(@Res() response: Response): Promise<void> {
    const report = await this.health.check();
    response.status(report.ready ? 200 : 503).json(report);
  }

  @Get('metrics')
  async scrape(@Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.render();
    response.set('content-type', contentType).send(text);
  }
}
