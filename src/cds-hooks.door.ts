import { isLoopback, type Config } from './config.js';
import { failureOf } from './core/failure.js';
import { toCards } from './delivery/cds-hooks/cards.js';
import { orderOf } from './rendering.js';
import { createCdsDoor, type CdsDoor } from './ingest/cds-hooks/door.js';
import type { Intake } from './ingest/intake.js';
import type { Ledger } from './ledger/ledger.js';
import { decoderFor } from './decoder.js';
import type { AskPicture } from './formats/picture/ask.js';
import { openFhirClient } from './fhir-access.js';
import type { Log } from './core/log.js';
import { createTokenCheck, type TokenCheck } from './wire/cds-hooks/token.js';

/** The door for CDS Hooks, put together from the configuration. */
export function cdsDoorOf(
  config: Config,
  intake: Intake,
  ledger: Ledger,
  ask: AskPicture,
  log: Log,
): CdsDoor {
  return createCdsDoor({
    check: tokenCheckOf(config, ledger),
    intake,
    ledger,
    decode: decoderFor(config, ask),
    toCards: (assessed, hookInstance) => toCards(orderOf(assessed), hookInstance, config.publicUrl),
    patientOf: patientReader(config, log),
    authoritySystems: config.fhirAuthoritySystems,
    fhirBaseUrl: config.fhirBaseUrl?.replace(/\/+$/, '') ?? null,
    bodyBytesMax: config.httpBodyBytesMax,
    waitMsMax: config.cdsHooksMillisecondsMax,
    hoursMax: config.cdsHooksHoursMax,
    now: () => Date.now(),
  });
}

/** With no client listed a loopback port is open, for trying out; any other answers 401. */
function tokenCheckOf(config: Config, ledger: Ledger): TokenCheck {
  const clients = Object.entries(config.cdsHooksClients);
  if (clients.length === 0) {
    const isOpen = isLoopback(config.httpHost);
    return () =>
      Promise.resolve(
        isOpen
          ? { ok: true, issuer: 'local' }
          : { ok: false, why: 'no CDS Hooks client is configured here' },
      );
  }
  return createTokenCheck({
    clients: clients.map(([issuer, keys]) => ({ issuer, keys })),
    audience: config.publicUrl ?? `http://${config.httpHost}:${config.httpPort}`,
    admit: (key, untilMs) => ledger.cds.admitToken(key, untilMs),
    now: () => Date.now(),
  });
}

/** Only from the server we are connected to, with our own credentials: a call may name any address. */
function patientReader(
  config: Config,
  log: Log,
): (patientId: string, fhirServer: string | null) => Promise<unknown> {
  const client = openFhirClient(config, log);
  return async (patientId, fhirServer) => {
    if (client === null || fhirServer !== client.baseUrl) return null;
    try {
      return await client.read(`Patient/${patientId}`);
    } catch (error) {
      if (failureOf(error).class === 'permanent') return null;
      throw error;
    }
  };
}
