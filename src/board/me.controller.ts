import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { Evaluation } from '../core/decision/standing.js';
import { GATE, Needs, type Gate } from './gate.js';
import type { Permission, Role } from './permissions.js';
import { BoardRefusal } from './refusal.js';

export const ABOUT = Symbol('About');

export interface About {
  readonly version: string;
  readonly idleMsMax: number;
  readonly evaluation: () => Evaluation;
  /** Whose patient numbers this site knows by name. */
  readonly authorities: readonly string[];
}

export interface Me {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly csrf: string;
  readonly evaluation: Evaluation;
  readonly idleMsMax: number;
  readonly product: { readonly version: string };
  readonly authorities: readonly string[];
}

@Controller('board/api/me')
export class MeController {
  constructor(
    @Inject(GATE) private readonly gate: Gate,
    @Inject(ABOUT) private readonly about: About,
  ) {}

  @Get()
  @Needs('anybody')
  me(@Req() request: Request): Me {
    const viewer = this.gate.viewerOf(request);
    if (!viewer) throw new BoardRefusal('login', 'log in first');
    return {
      name: viewer.name,
      roles: viewer.roles,
      permissions: viewer.permissions,
      csrf: viewer.csrf,
      evaluation: this.about.evaluation(),
      idleMsMax: this.about.idleMsMax,
      product: { version: this.about.version },
      authorities: this.about.authorities,
    };
  }
}
