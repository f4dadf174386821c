import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { ActingController } from './board/acting.controller.js';
import { createBannerReader } from './board/banner-reader.js';
import { EcgController } from './board/ecg.controller.js';
import { createEventStreams, type EventStreams } from './board/event-stream.js';
import { GATE, type Gate } from './board/gate.js';
import { createIdentityProvider } from './board/identity-provider.js';
import { createLocalGate } from './board/local-gate.js';
import { createLoginDesk, createNoLoginDesk, type LoginDesk } from './board/login-desk.js';
import { LOGIN_DESK, LoginController } from './board/login.controller.js';
import { MessagesController } from './board/messages.controller.js';
import { ModelsController } from './board/models.controller.js';
import { WorkController } from './board/work.controller.js';
import { deskProviders } from './board-desks.js';
import { ABOUT, MeController, type About } from './board/me.controller.js';
import { createOffGate } from './board/off-gate.js';
import { createOidcGate } from './board/oidc-gate.js';
import { PAGE_FILES, PageController } from './board/page.controller.js';
import { readPageFiles } from './board/page-files.js';
import {
  BANNER,
  EVENT_STREAMS,
  WORKLIST,
  WorklistController,
  type ReadBanner,
} from './board/worklist.controller.js';
import { createWorklist, type Worklist } from './board/worklist.js';
import { isLoopback, type Config } from './config.js';
import { failureOf } from './core/failure.js';
import type { Log } from './core/log.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkQueue } from './queue/queue.js';
import type { Models } from './stores.module.js';
import { LEDGER, LOG, MODELS, QUEUE } from './tokens.js';

const PAGE_FOLDER = fileURLToPath(new URL('./board/web', import.meta.url));
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PROVIDER_MS_MAX = 10_000;
const PACKAGE_FILE = new URL('../package.json', import.meta.url);

/** The board: what people see, and the only part of the HTTP port that is theirs. */
export function boardParts(config: Config) {
  return {
    controllers: [
      PageController,
      LoginController,
      MeController,
      WorklistController,
      EcgController,
      ActingController,
      MessagesController,
      WorkController,
      ModelsController,
    ],
    providers: [
      {
        provide: GATE,
        inject: [LEDGER, LOG],
        useFactory: (ledger: Ledger, log: Log) => gateOf(config, ledger, log),
      },
      {
        provide: LOGIN_DESK,
        inject: [LEDGER],
        useFactory: (ledger: Ledger) => loginDeskOf(config, ledger),
      },
      { provide: PAGE_FILES, useFactory: () => readPageFiles(PAGE_FOLDER) },
      {
        provide: ABOUT,
        inject: [MODELS],
        useFactory: (models: Models): About => ({
          version: productVersion(),
          idleMsMax: config.boardOidcIssuer === null ? 0 : config.boardIdleMinutes * MINUTE_MS,
          evaluation: () => models.evaluation(Date.now()),
          authorities: Object.keys(config.fhirAuthoritySystems),
        }),
      },
      ...listProviders(config),
      ...deskProviders(),
      {
        provide: UPKEEP,
        inject: [LEDGER, EVENT_STREAMS, LOG],
        useFactory: (ledger: Ledger, streams: EventStreams, log: Log) =>
          new BoardUpkeep(config, ledger, streams, log),
      },
    ],
  };
}

const UPKEEP = Symbol('BoardUpkeep');

function listProviders(config: Config) {
  return [
    {
      provide: WORKLIST,
      inject: [LEDGER, LOG],
      useFactory: (ledger: Ledger, log: Log) =>
        createWorklist({
          ledger,
          horizonMs: config.boardHorizonHours * HOUR_MS,
          log,
          now: () => Date.now(),
        }),
    },
    {
      provide: BANNER,
      inject: [LEDGER, QUEUE, MODELS, ABOUT, WORKLIST],
      useFactory: (
        ledger: Ledger,
        queue: WorkQueue,
        models: Models,
        about: About,
        worklist: Worklist,
      ): ReadBanner =>
        createBannerReader({
          ledger,
          queue,
          modelProblems: models.problems,
          evaluation: () => about.evaluation().why,
          isCut: () => worklist.isCut,
          intervalsMinutes: config.senderIntervalsMinutes,
          now: () => Date.now(),
        }),
    },
    {
      provide: EVENT_STREAMS,
      inject: [WORKLIST, BANNER, LOG],
      useFactory: (worklist: Worklist, banner: ReadBanner, log: Log) =>
        createEventStreams({ worklist, banner, log, now: () => Date.now() }),
    },
  ];
}

/** Bound elsewhere than to loopback, a board that cannot ask who is there is off, and says so. */
function gateOf(config: Config, ledger: Ledger, log: Log): Gate {
  if (config.boardOidcIssuer !== null) {
    return createOidcGate({
      sessions: ledger.sessions,
      idleMsMax: config.boardIdleMinutes * MINUTE_MS,
      sessionMsMax: config.boardSessionHours * HOUR_MS,
      now: () => Date.now(),
    });
  }
  if (isLoopback(config.httpHost)) return createLocalGate();
  log('openDoorWarning', { door: 'board' });
  return createOffGate('No identity provider is configured, so nobody can log in here.');
}

function loginDeskOf(config: Config, ledger: Ledger): LoginDesk {
  const { boardOidcIssuer: issuer, publicUrl } = config;
  if (issuer === null || publicUrl === null) return createNoLoginDesk();
  const now = () => Date.now();
  return createLoginDesk({
    provider: createIdentityProvider({
      issuer,
      clientId: config.boardOidcClientId,
      clientSecret: config.boardOidcClientSecret,
      redirectUrl: `${publicUrl}/board/callback`,
      scopes: config.boardOidcScopes,
      rolesClaim: config.boardRolesClaim,
      requestMsMax: PROVIDER_MS_MAX,
      now,
    }),
    sessions: ledger.sessions,
    audit: ledger.audit,
    publicUrl,
    roles: config.boardRoles,
    sessionMsMax: config.boardSessionHours * HOUR_MS,
    now,
  });
}

function productVersion(): string {
  const read = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { readonly version: string };
  return read.version;
}

const PURGE_EVERY_MS = 600_000;
/** A page that was away for longer reads its list anew. */
const FEED_KEPT_MS = HOUR_MS;

class BoardUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: Config,
    private readonly ledger: Ledger,
    private readonly streams: EventStreams,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#purge(), PURGE_EVERY_MS);
    this.#timer.unref();
  }

  /** Pages that follow would keep the port open for ever. */
  beforeApplicationShutdown(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.streams.close();
  }

  async #purge(): Promise<void> {
    try {
      const nowMs = Date.now();
      const { boardIdleMinutes, boardSessionHours } = this.config;
      await this.ledger.feed.purge(nowMs - FEED_KEPT_MS);
      await this.ledger.sessions.purge(
        nowMs - boardIdleMinutes * MINUTE_MS,
        nowMs - boardSessionHours * HOUR_MS,
      );
    } catch (error) {
      this.log('ledgerAway', { code: failureOf(error).code });
    }
  }
}
