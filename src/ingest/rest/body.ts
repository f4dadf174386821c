import type { Readable } from 'node:stream';

export type Body =
  | { readonly whole: true; readonly bytes: Buffer }
  /** Longer than allowed: only the beginning, for the receipt that says so. */
  | { readonly whole: false; readonly bytes: Buffer };

/** So much of an oversized body is kept that a person can see what it was. */
export const KEPT_OF_OVERSIZED_BYTES = 65_536;

/** Reads a request up to a bound. The rest of an oversized one is not waited for. */
export async function readBody(request: Readable, bytesMax: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed on the way out: the sender is still to be told why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    chunks.push(chunk);
    if (length > bytesMax) {
      return { whole: false, bytes: Buffer.concat(chunks).subarray(0, KEPT_OF_OVERSIZED_BYTES) };
    }
  }
  return { whole: true, bytes: Buffer.concat(chunks, length) };
}
