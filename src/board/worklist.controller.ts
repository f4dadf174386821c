import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Banner } from './banner.js';
import type { EventStreams } from './event-stream.js';
import { GATE, Needs, type Gate } from './gate.js';
import { BoardRefusal } from './refusal.js';
import type { Row } from './row.js';
import type { Worklist } from './worklist.js';

export const WORKLIST = Symbol('Worklist');
export const BANNER = Symbol('Banner');
export const EVENT_STREAMS = Symbol('EventStreams');

export type ReadBanner = () => Promise<readonly Banner[]>;

export interface WorklistPage {
  readonly at: string;
  readonly lastEventId: string;
  readonly rows: readonly Row[];
  readonly banner: readonly Banner[];
}

@Controller('board/api')
export class WorklistController {
  constructor(
    @Inject(WORKLIST) private readonly worklist: Worklist,
    @Inject(BANNER) private readonly banner: ReadBanner,
    @Inject(EVENT_STREAMS) private readonly streams: EventStreams,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get('worklist')
  @Needs('see')
  async list(): Promise<WorklistPage> {
    const { cursor, rows } = await this.worklist.snapshot();
    const banner = await this.banner();
    return { at: new Date().toISOString(), lastEventId: cursor, rows, banner };
  }

  @Get('events')
  @Needs('see')
  async events(
    @Req() request: Request,
    @Res() response: Response,
    @Query('after') after?: unknown,
  ): Promise<void> {
    const from = request.get('last-event-id') ?? (typeof after === 'string' ? after : null);
    const viewer = this.gate.viewerOf(request);
    const follower = {
      after: from,
      session: viewer?.sessionKey ?? '',
      isStillIn: () => this.gate.isStillIn(viewer),
    };
    if (!(await this.streams.open(response, follower))) {
      throw new BoardRefusal('busy', 'too many pages follow along here already');
    }
  }
}
