import type { Readable } from 'node:stream';

export type Body =
  | { readonly whole: true; readonly bytes: Buffer }
  /** Longer than allowed: only the beginning, for the receipt that says so. */
  | { readonly whole: false; readonly bytes: Buffer; readonly isLate: boolean };

/** So much of an oversized body is kept that a person can see what it was. */
export const KEPT_OF_OVERSIZED_BYTES = 65_536;

/**
 * Reads a request up to a bound of size, and of time where there is one. The rest of one beyond it
 * is not waited for.
 */
export async function readBody(
  request: Readable,
  bytesMax: number,
  msMax: number | null = null,
): Promise<Body> {
  if (msMax === null) return read(request, bytesMax, []);
  const chunks: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Body>((resolve) => {
    timer = setTimeout(() => {
      const bytes = Buffer.concat(chunks).subarray(0, KEPT_OF_OVERSIZED_BYTES);
      resolve({ whole: false, bytes, isLate: true });
    }, msMax);
  });
  const reading = read(request, bytesMax, chunks);
  // A request that breaks off after its time was over has been answered.
  reading.catch(() => undefined);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function read(request: Readable, bytesMax: number, chunks: Buffer[]): Promise<Body> {
  let length = 0;
  // Not destroyed on the way out: the sender is still to be told why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    chunks.push(chunk);
    if (length > bytesMax) {
      const bytes = Buffer.concat(chunks).subarray(0, KEPT_OF_OVERSIZED_BYTES);
      return { whole: false, bytes, isLate: false };
    }
  }
  return { whole: true, bytes: Buffer.concat(chunks, length) };
}
