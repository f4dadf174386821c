import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { GATE, Needs, type Gate } from './gate.js';
import { BoardRefusal } from './refusal.js';
import type { DestinationRow, LetterRow, QueueRow, WorkDesk } from './work-desk.js';

export const WORK_DESK = Symbol('WorkDesk');

/** What stopped, what waits, and where it goes. */
@Controller('board/api')
export class WorkController {
  constructor(
    @Inject(WORK_DESK) private readonly desk: WorkDesk,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get('dead-letters')
  @Needs('messages')
  letters(): Promise<readonly LetterRow[]> {
    return this.desk.letters();
  }

  @Post('dead-letters/:kind/:id/retry')
  @Needs('replay')
  @HttpCode(204)
  async retry(
    @Param('kind') kind: string,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<void> {
    if (await this.desk.retry(kind, id, this.#actor(request))) return;
    throw new BoardRefusal('not-found', 'there is no such dead letter any more');
  }

  @Get('destinations')
  @Needs('messages')
  destinations(): Promise<readonly DestinationRow[]> {
    return this.desk.destinations();
  }

  @Post('destinations/:name/pause')
  @Needs('admin')
  @HttpCode(204)
  async pause(@Param('name') name: string, @Req() request: Request): Promise<void> {
    await this.#turn(name, true, request);
  }

  @Post('destinations/:name/resume')
  @Needs('admin')
  @HttpCode(204)
  async resume(@Param('name') name: string, @Req() request: Request): Promise<void> {
    await this.#turn(name, false, request);
  }

  @Get('queues')
  @Needs('messages')
  queues(): Promise<readonly QueueRow[]> {
    return this.desk.queues();
  }

  async #turn(name: string, paused: boolean, request: Request): Promise<void> {
    if (await this.desk.turn(name, paused, this.#actor(request))) return;
    throw new BoardRefusal('not-found', 'nothing was ever sent to a destination of this name');
  }

  #actor(request: Request): string {
    return this.gate.viewerOf(request)?.subject ?? 'unknown';
  }
}
