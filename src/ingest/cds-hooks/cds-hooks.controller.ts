import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CdsAnswer, CdsDoor, CdsRequest } from './door.js';

export const CDS_DOOR = Symbol('CdsDoor');

/** HTTP in, HTTP out: everything that matters is in the door. */
@Controller('cds-services')
export class CdsHooksController {
  constructor(@Inject(CDS_DOOR) private readonly door: CdsDoor) {}

  @Get()
  discovery(@Res() response: Response): void {
    send(response, this.door.discovery());
  }

  @Post(':id')
  async call(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await this.door.call(requestOf(id, request)));
  }

  @Post(':id/feedback')
  async feedback(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await this.door.feedback(requestOf(id, request)));
  }
}

function requestOf(service: string, request: Request): CdsRequest {
  return {
    service,
    path: request.path,
    authorization: request.get('authorization'),
    body: request,
  };
}

function send(response: Response, answer: CdsAnswer): void {
  if (answer.status === 401) response.set('www-authenticate', 'Bearer');
  // What is left of an unread body would be taken for the next request.
  if (answer.status === 401 || answer.status === 413) response.set('connection', 'close');
  response.status(answer.status).type(answer.contentType).send(answer.body);
}
