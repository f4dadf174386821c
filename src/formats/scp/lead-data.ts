import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';
import { decodeHuffman, type HuffmanTable } from './huffman.js';

/** Sections 5 and 6: the same head, then the bytes of each lead. */
export interface LeadData {
  readonly nanovoltsPerStep: number;
  readonly intervalMicroseconds: number;
  /** 0, 1 or 2: how often differences were taken. */
  readonly differences: number;
  readonly isBimodal: boolean;
  readonly perLead: readonly Uint8Array[];
}

const DIFFERENCES_MAX = 2;

export function readLeadData(
  bytes: Uint8Array,
  leadCount: number,
  location: string,
): Result<LeadData> {
  const cursor = new Cursor(bytes);
  const [nanovoltsPerStep, intervalMicroseconds] = [cursor.u16(), cursor.u16()];
  const [differences, bimodal] = [cursor.u8(), cursor.u8()];
  const lengths = Array.from({ length: leadCount }, () => cursor.u16());
  const perLead = lengths.map((length) => cursor.take(length));
  if (cursor.overrun) return refuse('encoding-broken', 'the data of a lead are cut', { location });
  if (nanovoltsPerStep === 0) {
    return refuse('unit-unknown', 'the section does not say how many volts a step is', {
      location,
    });
  }
  if (intervalMicroseconds === 0) {
    return refuse('sample-rate-invalid', 'the section has no sample interval', { location });
  }
  if (differences > DIFFERENCES_MAX) {
    return refuse('encoding-unknown', 'differences are taken more than twice', { location });
  }
  const isBimodal = bimodal === 1;
  return ok({ nanovoltsPerStep, intervalMicroseconds, differences, isBimodal, perLead });
}

/** The steps of one lead, or null where its bytes do not hold so many. */
export function stepsOf(
  bytes: Uint8Array,
  count: number,
  differences: number,
  tables: readonly HuffmanTable[] | null,
): Int16Array | null {
  const steps = tables ? decodeHuffman(bytes, count, tables) : plainSteps(bytes, count);
  if (steps) undoDifferences(steps, differences);
  return steps;
}

function plainSteps(bytes: Uint8Array, count: number): Int16Array | null {
  if (count * 2 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const steps = new Int16Array(count);
  for (let i = 0; i < count; i += 1) steps[i] = view.getInt16(i * 2, true);
  return steps;
}

/** In 16 bits, as recorders count: a difference that ran over comes back the same way. */
function undoDifferences(steps: Int16Array, differences: number): void {
  if (differences === 1) {
    for (let i = 1; i < steps.length; i += 1) {
      steps[i] = (steps[i] as number) + (steps[i - 1] as number);
    }
  } else if (differences === 2) {
    for (let i = 2; i < steps.length; i += 1) {
      steps[i] = (steps[i] as number) + 2 * (steps[i - 1] as number) - (steps[i - 2] as number);
    }
  }
}

/** Second differences; the first two values stay as they are. */
export function secondDifferences(steps: Int16Array): Int16Array {
  return Int16Array.from(steps, (step, i) =>
    i < 2 ? step : step - 2 * (steps[i - 1] as number) + (steps[i - 2] as number),
  );
}
