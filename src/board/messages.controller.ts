import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { readJson } from './body.js';
import { GATE, Needs, type Gate } from './gate.js';
import {
  parseMessageQuery,
  REPLAYED_AT_ONCE_MAX,
  type MessageDesk,
  type MessageDetail,
  type MessageRow,
  type Reader,
  type Replayed,
} from './messages.js';
import { BoardRefusal } from './refusal.js';

export const MESSAGE_DESK = Symbol('MessageDesk');

const REPLAY = z.object({
  receiptIds: z.array(z.string().min(1).max(100)).min(1).max(REPLAYED_AT_ONCE_MAX),
});

@Controller('board/api/messages')
export class MessagesController {
  constructor(
    @Inject(MESSAGE_DESK) private readonly desk: MessageDesk,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get()
  @Needs('messages')
  search(@Req() request: Request): Promise<{ rows: readonly MessageRow[]; next: string | null }> {
    const query = parseMessageQuery(request.query);
    if (typeof query === 'string') throw new BoardRefusal('invalid', query);
    return this.desk.search(query);
  }

  @Post('replay')
  @Needs('replay')
  @HttpCode(200)
  async replay(@Req() request: Request): Promise<readonly Replayed[]> {
    const { receiptIds } = await readJson(request, REPLAY);
    return this.desk.replay(receiptIds, this.#reader(request).actor);
  }

  @Get(':id')
  @Needs('messages')
  async detail(@Param('id') id: string, @Req() request: Request): Promise<MessageDetail> {
    return (await this.desk.detail(id, this.#reader(request))) ?? nothing();
  }

  /** As text, whatever it is: nothing that a sender wrote runs in the page. */
  @Get(':id/raw')
  @Needs('raw')
  async raw(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const bytes = (await this.desk.raw(id, this.#reader(request))) ?? nothing();
    response.type('text/plain; charset=utf-8').send(Buffer.from(bytes));
  }

  #reader(request: Request): Reader {
    const viewer = this.gate.viewerOf(request);
    const seesPatients = viewer?.permissions.includes('raw') ?? false;
    return { actor: viewer?.subject ?? 'unknown', seesPatients };
  }
}

function nothing(): never {
  throw new BoardRefusal('not-found', 'there is no such message');
}
