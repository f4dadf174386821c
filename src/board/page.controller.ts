import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { GATE, Needs, type Gate } from './gate.js';
import type { PageFile, PageFiles } from './page-files.js';
import { BoardRefusal } from './refusal.js';

export const PAGE_FILES = Symbol('PageFiles');

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The page itself: the same for everybody, and nothing of a patient is in it. */
@Controller('board')
export class PageController {
  constructor(
    @Inject(PAGE_FILES) private readonly files: PageFiles,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get()
  @Needs('open')
  index(@Req() request: Request, @Res() response: Response): void {
    // Addresses in the page are relative to its folder.
    if (!request.path.endsWith('/')) {
      response.redirect(308, '/board/');
      return;
    }
    const off = this.gate.whyOff;
    if (off !== null) {
      response.status(503).type('text/html').send(plainPage('The board is off', off));
      return;
    }
    const { index } = this.files;
    if (!index) throw new BoardRefusal('not-found', 'this build holds no page');
    send(index, 'no-cache', request, response);
  }

  @Get('assets/:name')
  @Needs('open')
  asset(@Param('name') name: string, @Req() request: Request, @Res() response: Response): void {
    const file = this.files.asset(name);
    if (!file) throw new BoardRefusal('not-found', 'there is no such file');
    send(file, IMMUTABLE, request, response);
  }
}

/** Packed for a browser that can unpack: a phone at the edge of the network waits a third as long. */
function send(file: PageFile, caching: string, request: Request, response: Response): void {
  const packed = request.acceptsEncodings('gzip') === 'gzip' ? file.gzipped : null;
  response.set({
    'cache-control': caching,
    'content-type': file.contentType,
    vary: 'accept-encoding',
    ...(packed ? { 'content-encoding': 'gzip' } : {}),
  });
  response.send(packed ?? file.bytes);
}

/** For whoever comes where no page can be shown. Only our own words go in. */
export function plainPage(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<h1>${title}</h1><p>${text}</p></html>\n`;
}
