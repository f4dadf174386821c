import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import type { ActingDesk, Uploaded } from './acting-desk.js';
import type { AlertView } from './alert-view.js';
import { readJson } from './body.js';
import { GATE, Needs, type Gate, type Viewer } from './gate.js';
import { BoardRefusal } from './refusal.js';

export const ACTING_DESK = Symbol('ActingDesk');

const WORDS_MAX = 2_000;
const NOTE = z.object({ note: z.string().max(WORDS_MAX).nullish() });
const ACTION = z.enum(['acknowledge', 'escalate', 'resolve']);
const DISAGREE = z.object({
  findingId: z.string().min(1).max(100),
  says: z.enum(['present', 'absent']),
  reason: z.string().max(WORDS_MAX).nullish(),
});

/** What a clinician does at the board. */
@Controller('board/api')
export class ActingController {
  constructor(
    @Inject(ACTING_DESK) private readonly desk: ActingDesk,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Post('alerts/:id/:action')
  @Needs('act')
  @HttpCode(200)
  async act(
    @Param('id') id: string,
    @Param('action') action: string,
    @Req() request: Request,
  ): Promise<AlertView> {
    const named = ACTION.safeParse(action);
    if (!named.success) throw new BoardRefusal('not-found', 'there is no such action');
    const { note } = await readJson(request, NOTE);
    const by = { actor: this.#actor(request), actorName: this.#viewer(request)?.name ?? null };
    const alert = await this.desk.act(id, named.data, by, note ?? null);
    if (!alert) throw new BoardRefusal('not-found', 'there is no such alert');
    return alert;
  }

  @Post('ecgs/:ecgId/disagree')
  @Needs('act')
  @HttpCode(204)
  async disagree(@Param('ecgId') ecgId: string, @Req() request: Request): Promise<void> {
    const { findingId, says, reason } = await readJson(request, DISAGREE);
    const word = { ecgId, findingId, says, reason: reason ?? null };
    const known = await this.desk.disagree(word, this.#actor(request));
    if (!known) throw new BoardRefusal('not-found', 'there is no such ECG or finding');
  }

  /** A file, or the photograph of a paper ECG: the body is the file, a header says whose it is. */
  @Post('ecgs')
  @Needs('act')
  @HttpCode(200)
  upload(@Req() request: Request): Promise<Uploaded> {
    const contentType = request.get('content-type') ?? 'application/octet-stream';
    const beside = besideOf(request.get(BESIDE_HEADER) ?? '');
    return this.desk.upload({ body: request, contentType, beside }, this.#actor(request));
  }

  #actor(request: Request): string {
    return this.#viewer(request)?.subject ?? 'unknown';
  }

  #viewer(request: Request): Viewer | null {
    return this.gate.viewerOf(request);
  }
}

/** Not in the address, as addresses stand in everybody's access logs. */
const BESIDE_HEADER = 'x-beside';

/** Written like a query; what is given twice is a list, which the door refuses. */
function besideOf(header: string): Readonly<Record<string, unknown>> {
  const given = new URLSearchParams(header);
  return Object.fromEntries(
    [...new Set(given.keys())].map((name) => {
      const values = given.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
