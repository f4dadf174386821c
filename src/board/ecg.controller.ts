import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LAYOUT_NAMES, type LayoutName } from '../core/image/paper.js';
import type { EcgView } from './ecg-view.js';
import { GATE, Needs, type Gate } from './gate.js';
import { BoardRefusal } from './refusal.js';

export const ECG_DESK = Symbol('EcgDesk');

/** What the routes about one ECG ask for; each look is written down. */
export interface EcgDesk {
  view(ecgId: string, actor: string): Promise<EcgView | null>;
  png(ecgId: string, layout: LayoutName, actor: string): Promise<Uint8Array | null>;
  svg(ecgId: string, layout: LayoutName, actor: string): Promise<string | null>;
}

@Controller('board/api/ecgs/:ecgId')
export class EcgController {
  constructor(
    @Inject(ECG_DESK) private readonly desk: EcgDesk,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get()
  @Needs('see')
  async view(@Param('ecgId') ecgId: string, @Req() request: Request): Promise<EcgView> {
    return (await this.desk.view(ecgId, this.#actor(request))) ?? nothing();
  }

  @Get('page.png')
  @Needs('see')
  async png(
    @Param('ecgId') ecgId: string,
    @Query('layout') layout: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const png = await this.desk.png(ecgId, layoutOf(layout), this.#actor(request));
    response.type('image/png').send(Buffer.from(png ?? nothing()));
  }

  @Get('page.svg')
  @Needs('see')
  async svg(
    @Param('ecgId') ecgId: string,
    @Query('layout') layout: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const svg = await this.desk.svg(ecgId, layoutOf(layout), this.#actor(request));
    response.type('image/svg+xml').send(svg ?? nothing());
  }

  #actor(request: Request): string {
    return this.gate.viewerOf(request)?.subject ?? 'unknown';
  }
}

function nothing(): never {
  throw new BoardRefusal('not-found', 'there is no such ECG');
}

function layoutOf(text: unknown): LayoutName {
  if (text === undefined) return '3x4';
  const known = LAYOUT_NAMES.find((name) => name === text);
  if (!known) throw new BoardRefusal('invalid', `a layout is one of ${LAYOUT_NAMES.join(', ')}`);
  return known;
}
