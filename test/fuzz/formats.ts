import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { FAILURE_CODES, type Result } from '../../src/core/failure.js';
import { createRandom } from '../../src/sandbox/random.js';
import type { EcgFile } from '../support/ecg-files.js';
import { misassigned } from '../support/misassigned.js';
import type { FuzzOptions } from './frames.js';
import { mutated, renumbered, retagged } from './mutate.js';

/** The smaller the better: a mutation then meets more of what matters. */
export type FuzzedOriginal = EcgFile;

export interface FormatFuzzReport {
  readonly name: string;
  readonly decoded: number;
  readonly readings: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** What no mutation may cause, with the number of the mutation that did; none when all is well. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
  /** The most that one decode allocated, of those that were looked at. */
  readonly allocatedBytesMax: number;
  /** Live heap at the end against a tenth of the way, both after a collection. */
  readonly heapGrowthBytes: number;
  readonly elapsedMs: number;
}

const DECODE_MS_MAX = 250;
/** A file may take ten times its size, and what any decoder needs to begin with. */
const ALLOCATED_PER_BYTE_MAX = 10;
const ALLOCATED_ALWAYS_BYTES = 2 * 1_048_576;
const ALLOCATION_LOOKED_AT_EVERY = 16;
const HEAP_GROWTH_BYTES_MAX = 8 * 1_048_576;
const FAULTS_TOLD_MAX = 10;
const NUMBER_EDITS_SHARE = 0.4;
const TAG_EDITS_SHARE = 0.3;

/** Mutates each original `count` times and reads it: a reading or a named refusal, soon and small. */
export function fuzzFormats(
  options: FuzzOptions & { readonly originals: readonly FuzzedOriginal[] },
): FormatFuzzReport[] {
  return options.originals.map((original) => fuzzFormat(original, options));
}

/** The bytes of one mutation alone, to look at what it did. */
export function mutationOf(bytes: Uint8Array, seed: number, number: number): Uint8Array {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) + number);
  if (isMarkup(bytes) && random.next() < TAG_EDITS_SHARE)
    return retagged(Buffer.from(bytes), random);
  const broken = mutated(bytes, random);
  return random.next() < NUMBER_EDITS_SHARE ? renumbered(broken, random) : broken;
}

function isMarkup(bytes: Uint8Array): boolean {
  return bytes[0] === 0x3c;
}

function fuzzFormat(original: FuzzedOriginal, { count, seed }: FuzzOptions): FormatFuzzReport {
  const startedMs = performance.now();
  const whole = original.decode(original.bytes);
  if (!whole.ok)
    throw new Error(`${original.name}: the original is refused, ${whole.failure.code}`);
  const tally = new Tally(whole.value.ecg);
  let early = 0;
  for (let number = 0; number < count; number += 1) {
    if (number === Math.floor(count / 10)) early = liveHeapBytes();
    const bytes = mutationOf(original.bytes, seed, number);
    const first = measured(bytes, original.decode, number % ALLOCATION_LOOKED_AT_EVERY === 0);
    // A busy machine is slow once; a decoder that hangs is slow again.
    const again = first.tookMs > DECODE_MS_MAX ? measured(bytes, original.decode, false) : first;
    const tookMs = Math.min(first.tookMs, again.tookMs);
    tally.add(number, { ...first, tookMs }, bytes.length);
  }
  return {
    name: original.name,
    decoded: count,
    ...tally.report(liveHeapBytes() - early),
    elapsedMs: performance.now() - startedMs,
  };
}

interface Measured {
  /** Null where the decoder threw. */
  readonly result: Result<Reading> | null;
  readonly thrown: string | null;
  readonly tookMs: number;
  readonly allocatedBytes: number;
}

function measured(
  bytes: Uint8Array,
  decode: FuzzedOriginal['decode'],
  looksAtMemory: boolean,
): Measured {
  const before = looksAtMemory ? heldBytes() : 0;
  const startedMs = performance.now();
  let result: Result<Reading> | null = null;
  let thrown: string | null = null;
  try {
    result = decode(bytes);
  } catch (error) {
    thrown = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
  }
  const tookMs = performance.now() - startedMs;
  // A collection in between makes it less; another mutation will be looked at without one.
  const allocatedBytes = looksAtMemory ? Math.max(0, heldBytes() - before) : 0;
  return { result, thrown, tookMs, allocatedBytes };
}

class Tally {
  readonly #original: Ecg;
  readonly #refusals: Record<string, number> = {};
  readonly #faults: string[] = [];
  #readings = 0;
  #slowestMs = 0;
  #allocatedBytesMax = 0;

  constructor(original: Ecg) {
    this.#original = original;
  }

  add(number: number, one: Measured, byteCount: number): void {
    const { result, thrown, tookMs, allocatedBytes } = one;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    this.#allocatedBytesMax = Math.max(this.#allocatedBytesMax, allocatedBytes);
    if (thrown !== null) this.#fault(number, `threw ${thrown}`);
    if (tookMs > DECODE_MS_MAX) this.#fault(number, `took ${tookMs.toFixed(0)} ms`);
    const allowed = ALLOCATED_ALWAYS_BYTES + ALLOCATED_PER_BYTE_MAX * byteCount;
    if (allocatedBytes > allowed) this.#fault(number, `took ${allocatedBytes} bytes of memory`);
    if (result?.ok === true) this.#read(number, result.value);
    else if (result?.ok === false) this.#refused(number, result.failure);
  }

  #read(number: number, { ecg }: Reading): void {
    this.#readings += 1;
    const wrong = misassigned(ecg, this.#original);
    if (wrong.length > 0) this.#fault(number, `lead ${wrong.join(', ')}`);
  }

  #refused(number: number, failure: { readonly code: string; readonly class: string }): void {
    this.#refusals[failure.code] = (this.#refusals[failure.code] ?? 0) + 1;
    const isNamed = (FAILURE_CODES as readonly string[]).includes(failure.code);
    if (!isNamed || failure.class !== 'permanent') {
      this.#fault(number, `was refused as ${failure.class} ${failure.code}`);
    }
  }

  #fault(number: number, what: string): void {
    if (this.#faults.length < FAULTS_TOLD_MAX) this.#faults.push(`mutation ${number} ${what}`);
  }

  report(heapGrowthBytes: number): Omit<FormatFuzzReport, 'name' | 'decoded' | 'elapsedMs'> {
    const grew = heapGrowthBytes > HEAP_GROWTH_BYTES_MAX;
    return {
      readings: this.#readings,
      refusals: this.#refusals,
      faults: grew ? [...this.#faults, `the heap grew by ${heapGrowthBytes} bytes`] : this.#faults,
      slowestMs: this.#slowestMs,
      allocatedBytesMax: this.#allocatedBytesMax,
      heapGrowthBytes,
    };
  }
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** `node --expose-gc` without the flag on the command line. */
function liveHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  // What the first one found dead among typed arrays is given back by the second.
  collect();
  return heldBytes();
}
