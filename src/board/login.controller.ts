import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { GATE, Needs, type Gate } from './gate.js';
import type { LoginDesk } from './login-desk.js';
import { plainPage } from './page.controller.js';

export const LOGIN_DESK = Symbol('LoginDesk');

/** The way in and out. Where no identity provider is configured, both lead back to the page. */
@Controller('board')
export class LoginController {
  constructor(
    @Inject(LOGIN_DESK) private readonly desk: LoginDesk,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Get('login')
  @Needs('open')
  async login(@Req() request: Request, @Res() response: Response): Promise<void> {
    tell(response, await this.desk.begin(request, response));
  }

  @Get('callback')
  @Needs('open')
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    tell(response, await this.desk.finish(request, response));
  }

  @Post('api/logout')
  @Needs('anybody')
  @HttpCode(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    await this.desk.logout(this.gate.viewerOf(request), response);
  }
}

export type LoginAnswer =
  | { readonly kind: 'go'; readonly to: string }
  | { readonly kind: 'stop'; readonly status: number; readonly text: string };

function tell(response: Response, answer: LoginAnswer): void {
  response.set('cache-control', 'no-store');
  if (answer.kind === 'go') {
    response.redirect(303, answer.to);
    return;
  }
  const text = `${answer.text} <a href="/board/login">Try again</a>.`;
  response.status(answer.status).type('text/html').send(plainPage('Not logged in', text));
}
