import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { outcomeOf, Problem } from './problem.js';
import type { Trouble } from './trouble.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null sends none. */
  readonly body: unknown;
}

const BODY_BYTES_MAX = 64 * 1_048_576;

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new Problem(413, 'too-long', 'the body is too large');
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(400, 'structure', 'the body is no JSON');
  }
}

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

export function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}

export function writeProblem(response: ServerResponse, error: unknown): void {
  const problem =
    error instanceof Problem ? error : new Problem(500, 'exception', 'the sandbox has a defect');
  const { status, headers } = problem;
  write(response, { status, headers, body: outcomeOf(problem) });
}

/** True when the answer has been taken away from the asker. */
export function isSpoilt(
  trouble: Trouble,
  when: 'before' | 'after',
  status: number,
  response: ServerResponse,
): boolean {
  if (trouble.reset === when) {
    response.socket?.resetAndDestroy();
    return true;
  }
  if (trouble.hang === when) return true;
  if (status === 0) return false;
  const seconds = trouble.retryAfterSeconds;
  const headers: Record<string, string> =
    seconds === null ? {} : { 'retry-after': String(seconds) };
  writeProblem(response, new Problem(status, 'transient', 'trouble was asked for', [], headers));
  return true;
}

export function listens(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      resolve(true);
    });
  });
}
