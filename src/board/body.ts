import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { BoardRefusal } from './refusal.js';

/** What a page sends beside a file is a few words. */
export const JSON_BYTES_MAX = 65_536;

/** The request's body under a bound; a longer one is refused before it is read to its end. */
export async function readBounded(request: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) {
      throw new BoardRefusal('too-large', `the body is larger than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

export async function readJson<T>(request: Readable, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBounded(request, JSON_BYTES_MAX);
  const read = schema.safeParse(parse(bytes));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new BoardRefusal('invalid', `the body is not what is expected${where && ` (${where})`}`);
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new BoardRefusal('invalid', 'the body is no JSON');
  }
}
