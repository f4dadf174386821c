import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import { fail } from './core/failure.js';
import type { Log } from './core/log.js';
import {
  CONNECT_MS_MAX,
  CONNECTIONS_MAX,
  createFhirClient,
  RESPONSE_BYTES_MAX,
  type FhirClient,
} from './wire/fhir/client.js';
import { basicCredentials, fixedToken, type Credentials } from './wire/fhir/credentials.js';
import { readSigningKeys } from './wire/fhir/signing-keys.js';
import { createSmartCredentials } from './wire/fhir/smart.js';
import { Transport, type ClientTls, type TransportOptions } from './wire/fhir/transport.js';

/** Under which addresses the EHR speaks of itself; the first is the one we ask. */
export function serverUrlsOf(config: Config): readonly string[] {
  return config.fhirBaseUrl === null ? [] : [config.fhirBaseUrl, ...config.fhirAlsoKnownAs];
}

/** Without an EHR results stand in the ledger and are told when asked for. */
export function openFhirClient(config: Config, log: Log): FhirClient | null {
  if (config.fhirBaseUrl === null) return null;
  const transport: TransportOptions = {
    tls: tlsOf(config),
    connectMsMax: CONNECT_MS_MAX,
    responseBytesMax: RESPONSE_BYTES_MAX,
    connectionsMax: CONNECTIONS_MAX,
  };
  const credentials = credentialsOf(config, config.fhirBaseUrl, transport, log);
  return createFhirClient({
    ...transport,
    baseUrl: config.fhirBaseUrl,
    alsoKnownAs: config.fhirAlsoKnownAs,
    scheme: credentials.scheme,
    token: () => credentials.token(),
    refused: (token) => credentials.refused(token),
    requestMsMax: config.fhirRequestSecondsMax * 1000,
    now: () => Date.now(),
  });
}

function credentialsOf(
  config: Config,
  baseUrl: string,
  transport: TransportOptions,
  log: Log,
): Credentials {
  const { fhirClientId: clientId, fhirKeys: keys, fhirUser: user, fhirPassword: password } = config;
  if (clientId !== null && keys !== null) {
    return createSmartCredentials({
      clientId,
      scope: config.fhirScope,
      baseUrl,
      tokenUrl: config.fhirTokenUrl,
      allowedHosts: config.fhirAllowedHosts,
      keys: () => readSigningKeys(keys),
      transport: new Transport(transport),
      requestMsMax: config.fhirRequestSecondsMax * 1000,
      log,
      now: () => Date.now(),
    });
  }
  return user !== null && password !== null
    ? basicCredentials(user, password)
    : fixedToken(config.fhirToken);
}

function tlsOf(config: Config): ClientTls | null {
  const [ca, cert, key] = [config.fhirTlsCaFile, config.fhirTlsCertFile, config.fhirTlsKeyFile].map(
    readPem,
  );
  return ca || cert || key ? { ca: ca ?? null, cert: cert ?? null, key: key ?? null } : null;
}

function readPem(file: string | null): string | null {
  if (file === null) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw fail('request-invalid', 'a TLS file of the FHIR client cannot be read');
  }
}
