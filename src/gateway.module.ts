import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ACCESS, AccessGuard, bearerCheck, REFUSALS, type Access } from './access.js';
import { boardParts } from './board-parts.js';
import { besideCodesOf } from './beside-codes.js';
import { AuditController } from './audit.controller.js';
import { AUDIT_TRAIL, AuditTrailGuard } from './audit-trail.js';
import { createDeadLetterDesk } from './board/dead-letters.js';
import { DEAD_LETTER_DESK, DeadLettersController } from './board/dead-letters.controller.js';
import { cdsDoorOf } from './cds-hooks.door.js';
import { isLoopback, type Config } from './config.js';
import type { Log } from './core/log.js';
import { CDS_DOOR, CdsHooksController } from './ingest/cds-hooks/cds-hooks.controller.js';
import { notingResults } from './ingest/beside/passing-results.js';
import { serverUrlsOf } from './fhir-access.js';
import { JWKS, JwksController, type KeySet } from './ingest/fhir/jwks.controller.js';
import { createRestHook } from './ingest/fhir/rest-hook.js';
import { REST_HOOK, RestHookController } from './ingest/fhir/rest-hook.controller.js';
import { openHl7Listener } from './ingest/hl7v2/listener.js';
import type { Intake } from './ingest/intake.js';
import { createRefusals, type Refusals } from './ingest/refusals.js';
import { createRestDoor } from './ingest/rest/door.js';
import { EcgsController, REST_DOOR } from './ingest/rest/ecgs.controller.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkQueue } from './queue/queue.js';
import { renderingsOf } from './rendering.js';
import { decoderFor } from './decoder.js';
import type { PictureReader } from './pictures/reader.js';
import { INTAKE, LEDGER, LOG, PICTURES, QUEUE } from './tokens.js';
import { publicKeySet, readSigningKeys } from './wire/fhir/signing-keys.js';
import type { MllpServer } from './wire/mllp/server.js';

export const MLLP_DOOR = Symbol('MllpDoor');

export interface MllpDoor {
  port(): number | null;
}

/** The doors: MLLP and HTTP. Everything behind them meets at the ledger and the queue. */
@Module({})
export class GatewayModule {
  static with(config: Config): DynamicModule {
    const board = boardParts(config);
    return {
      module: GatewayModule,
      controllers: [
        AuditController,
        EcgsController,
        RestHookController,
        CdsHooksController,
        JwksController,
        DeadLettersController,
        ...board.controllers,
      ],
      providers: [
        {
          provide: ACCESS,
          inject: [LOG],
          useFactory: (log: Log) => accessOf(config, log),
        },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: AUDIT_TRAIL, inject: [LEDGER], useFactory: ({ audit }: Ledger) => audit },
        { provide: APP_GUARD, useClass: AuditTrailGuard },
        {
          provide: REFUSALS,
          inject: [LEDGER, LOG],
          useFactory: (ledger: Ledger, log: Log) =>
            createRefusals({ audit: ledger.audit, log, now: () => Date.now() }),
        },
        { provide: JWKS, useFactory: () => keySetOf(config) },
        {
          provide: REST_DOOR,
          inject: [INTAKE, LEDGER, PICTURES, LOG],
          useFactory: (intake: Intake, ledger: Ledger, pictures: PictureReader, log: Log) =>
            createRestDoor({
              intake,
              ledger,
              decode: decoderFor(config, (picture) => pictures.read(picture)),
              renderings: renderingsOf(config),
              bodyBytesMax: config.httpBodyBytesMax,
              log,
              now: () => Date.now(),
            }),
        },
        restHookOf(config),
        {
          provide: CDS_DOOR,
          inject: [INTAKE, LEDGER, PICTURES, LOG],
          useFactory: (intake: Intake, ledger: Ledger, pictures: PictureReader, log: Log) =>
            cdsDoorOf(config, intake, ledger, (picture) => pictures.read(picture), log),
        },
        {
          provide: DEAD_LETTER_DESK,
          inject: [LEDGER, QUEUE],
          useFactory: (ledger: Ledger, queue: WorkQueue) =>
            createDeadLetterDesk(ledger, queue, () => Date.now()),
        },
        {
          provide: MLLP_DOOR,
          inject: [INTAKE, LEDGER, PICTURES, REFUSALS, LOG],
          useFactory: (...parts: MllpParts) => new MllpDoorKeeper(config, ...parts),
        },
        ...board.providers,
      ],
    };
  }
}

type MllpParts = [
  intake: Intake,
  ledger: Ledger,
  pictures: PictureReader,
  refusals: Refusals,
  log: Log,
];

/** Opens when everything behind it is there, and is the first to close. */
class MllpDoorKeeper implements MllpDoor, OnApplicationBootstrap, BeforeApplicationShutdown {
  #server: MllpServer | null = null;

  constructor(
    private readonly config: Config,
    private readonly intake: Intake,
    private readonly ledger: Ledger,
    private readonly pictures: PictureReader,
    private readonly refusals: Refusals,
    private readonly log: Log,
  ) {}

  port(): number | null {
    return this.#server?.port ?? null;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { config, log } = this;
    const { mllpTlsCertFile: certFile, mllpTlsKeyFile: keyFile, mllpTlsCaFile: caFile } = config;
    this.#server = await openHl7Listener({
      host: config.mllpHost,
      port: config.mllpPort,
      log,
      submit: notingResults({
        intake: this.intake,
        beside: this.ledger.beside,
        codes: besideCodesOf(config),
        zoneOf: (sender) => config.senderZones[sender] ?? config.defaultZone,
        log,
        now: () => Date.now(),
      }),
      askPicture: (picture) => this.pictures.read(picture),
      refusals: this.refusals,
      recordAnswer: (id, answer) => this.ledger.receipts.recordAnswer(id, answer),
      contentFaultAnswer: config.mllpFaultAnswer,
      frameBytesMax: config.mllpFrameBytesMax,
      frameMsMax: config.mllpFrameSecondsMax * 1000,
      idleMsMax: config.mllpIdleSecondsMax * 1000,
      connectionsMax: config.mllpConnectionsMax,
      allowedAddresses: config.mllpAllowedAddresses ?? [],
      tls:
        certFile === null || keyFile === null
          ? null
          : {
              certFile,
              keyFile,
              ...(caFile === null ? {} : { caFile, requireClientCertificate: true }),
            },
      now: () => Date.now(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#server?.close();
  }
}

function restHookOf(config: Config): Provider {
  return {
    provide: REST_HOOK,
    inject: [INTAKE, LEDGER, REFUSALS, PICTURES, LOG],
    useFactory: (
      intake: Intake,
      ledger: Ledger,
      refusals: Refusals,
      pictures: PictureReader,
      log: Log,
    ) =>
      createRestHook({
        intake,
        feeds: ledger.feeds,
        refusals,
        log,
        decode: decoderFor(config, (picture) => pictures.read(picture)),
        canFetch: config.fhirBaseUrl !== null,
        serverUrls: serverUrlsOf(config),
        bodyBytesMax: config.httpBodyBytesMax,
        bodyMsMax: BODY_MS_MAX,
        now: () => Date.now(),
      }),
  };
}

/** A notification that trickles in slower than this is cut off. */
const BODY_MS_MAX = 30_000;

function keySetOf({ fhirKeys: path }: Config): KeySet {
  return async () => publicKeySet(path === null ? [] : await readSigningKeys(path));
}

function accessOf(config: Config, log: Log): Access {
  const loopback = isLoopback(config.httpHost);
  for (const [name, secret] of [
    ['api', config.apiToken],
    ['rest-hook', config.resthookSecret],
  ] as const) {
    if (secret === null && !loopback) log('openDoorWarning', { door: name });
  }
  return {
    api: bearerCheck(config.apiToken, loopback),
    restHook: bearerCheck(config.resthookSecret, loopback),
  };
}
