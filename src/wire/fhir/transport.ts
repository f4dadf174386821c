import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Agent, request } from 'undici';
import type { HttpFault } from './faults.js';
import { asRecord, asText } from './resource.js';

/** PEM texts. */
export interface ClientTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

export interface TransportOptions {
  readonly tls: ClientTls | null;
  readonly connectMsMax: number;
  readonly responseBytesMax: number;
  readonly connectionsMax: number;
}

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Ends the request, its answer's body included. */
  readonly signal: AbortSignal;
  /** `any`: an answer that is no JSON is a file, and is taken as the Binary that it stands for. */
  readonly takes?: 'json' | 'any';
}

/** What the server answered when it answered at all. */
export interface Answer {
  readonly status: number;
  readonly location: string | null;
  /** The server's own clock, where it says. */
  readonly serverMs: number | null;
  /** Empty where the body was. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The server answered, and the answer is a no or is not FHIR. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  constructor(
    readonly fault: HttpFault,
    readonly serverMs: number | null = null,
  ) {
    super(`HTTP ${fault.status}`);
  }
}

const decompress = promisify(gunzip);

/**
 * HTTP for the FHIR client. fetch, which the kit uses by itself, follows redirects, inflates a body
 * of any size and takes no dispatcher but one of Node's own version: none of that is wanted here.
 */
export class Transport {
  readonly #agent: Agent;
  readonly #bytesMax: number;

  constructor(options: TransportOptions) {
    const { ca, cert, key } = options.tls ?? { ca: null, cert: null, key: null };
    this.#bytesMax = options.responseBytesMax;
    this.#agent = new Agent({
      connections: options.connectionsMax,
      maxResponseSize: options.responseBytesMax,
      connect: {
        timeout: options.connectMsMax,
        ...(ca === null ? {} : { ca }),
        ...(cert === null ? {} : { cert }),
        ...(key === null ? {} : { key }),
      },
    });
  }

  /** Throws AnswerError for an answer that is none of success, and what the socket threw else. */
  async send({ method, url, headers, body, signal, takes = 'json' }: Outgoing): Promise<Answer> {
    const answer = await request(url, {
      dispatcher: this.#agent,
      method: method as 'GET',
      headers: { ...headers, 'accept-encoding': 'gzip' },
      body,
      signal,
    });
    const status = answer.statusCode;
    const serverMs = timeIn(textOf(answer.headers['date']));
    const raw = Buffer.from(await answer.body.arrayBuffer());
    const inflated = await this.#inflated(raw, textOf(answer.headers['content-encoding']));
    const isSuccess = status >= 200 && status < 300;
    const type = textOf(answer.headers['content-type']) ?? '';
    const parsed =
      inflated && isSuccess && takes === 'any' && !JSON_TYPE.test(type)
        ? asBinary(type, inflated)
        : inflated && parseJson(inflated);
    if (!isSuccess || !parsed) {
      const retryAfter = textOf(answer.headers['retry-after']);
      throw new AnswerError({ status, body: parsed, retryAfter }, serverMs);
    }
    return { status, location: textOf(answer.headers['location']), serverMs, body: parsed };
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  /** Bounded after inflation too: a small body may hold a very large one. Null: not asked for. */
  async #inflated(raw: Buffer, encoding: string | null): Promise<Buffer | null> {
    if (encoding === null || encoding === 'identity' || raw.length === 0) return raw;
    return encoding === 'gzip' ? decompress(raw, { maxOutputLength: this.#bytesMax }) : null;
  }
}

const JSON_TYPE = /^application\/([a-z.+-]+\+)?json\b/i;

function asBinary(contentType: string, bytes: Buffer): Readonly<Record<string, unknown>> {
  return { resourceType: 'Binary', contentType, data: bytes.toString('base64') };
}

function timeIn(date: string | null): number | null {
  const atMs = Date.parse(date ?? '');
  return Number.isNaN(atMs) ? null : atMs;
}

function textOf(header: string | string[] | undefined): string | null {
  return asText(Array.isArray(header) ? header[0] : header);
}

function parseJson(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  if (bytes.length === 0) return {};
  try {
    return asRecord(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
