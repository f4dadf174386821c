import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RestAnswer, RestDoor } from './door.js';

export const REST_DOOR = Symbol('RestDoor');

/** HTTP in, HTTP out: everything that matters is in the door. */
@Controller('api')
export class EcgsController {
  constructor(@Inject(REST_DOOR) private readonly door: RestDoor) {}

  @Post('ecgs')
  async upload(@Req() request: Request, @Res() response: Response): Promise<void> {
    const answer = await this.door.upload({
      query: request.query,
      contentType: request.get('content-type') ?? 'application/octet-stream',
      accept: request.get('accept') ?? '*/*',
      idempotencyKey: request.get('idempotency-key') ?? null,
      body: request,
    });
    // An oversized body is still arriving: the connection cannot be used again.
    if (answer.status === 413) response.set('connection', 'close');
    send(response, answer);
  }

  @Get('receipts')
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    send(response, await this.door.list(request.query));
  }

  @Get('receipts/:id')
  async standing(@Param('id') id: string, @Res() response: Response): Promise<void> {
    send(response, await this.door.standing(id));
  }

  @Post('receipts/:id/replay')
  async replay(@Param('id') id: string, @Res() response: Response): Promise<void> {
    send(response, await this.door.replay(id));
  }
}

export function send(response: Response, answer: RestAnswer): void {
  if (answer.afterwards) response.once('finish', answer.afterwards);
  response.status(answer.status).set(answer.headers).send(answer.body);
}
