import { startOf } from './header.js';

export const BATCH_MESSAGES_MAX = 1_000;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export type Unbatched =
  | { readonly kind: 'message' }
  | { readonly kind: 'batch'; readonly messages: readonly Uint8Array[] }
  | { readonly kind: 'too-many' };

/** The messages between the FHS, BHS, BTS and FTS segments of a batch. Views, not copies. */
export function unbatch(bytes: Uint8Array): Unbatched {
  const start = Math.max(startOf(bytes, 'FHS'), startOf(bytes, 'BHS'));
  if (start < 0) return { kind: 'message' };
  const messages: Uint8Array[] = [];
  let from = -1;
  const close = (at: number): void => {
    if (from >= 0) messages.push(bytes.subarray(from, at));
    from = -1;
  };
  for (let at = start; at < bytes.length; at = nextLine(bytes, at)) {
    const id = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
    if (id === 'MSH' || id === 'BHS' || id === 'BTS' || id === 'FHS' || id === 'FTS') close(at);
    if (id === 'MSH') from = at;
    if (messages.length > BATCH_MESSAGES_MAX) return { kind: 'too-many' };
  }
  close(bytes.length);
  return { kind: 'batch', messages };
}

function nextLine(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && bytes[next] !== CARRIAGE_RETURN && bytes[next] !== LINE_FEED) {
    next += 1;
  }
  return next + 1;
}

/** The answers to the messages of a batch, as a batch. */
export function batchOf(answers: readonly Uint8Array[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = [
    encoder.encode('BHS|^~\\&|LEADWIRE\r'),
    ...answers,
    encoder.encode(`BTS|${answers.length}\r`),
  ];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
