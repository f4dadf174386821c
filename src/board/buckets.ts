/** How often something may happen: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Callers remembered at a time; whoever called longest ago is forgotten first. */
export const CALLERS_MAX = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** A bucket of tokens for each caller, in bounded memory. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
    private readonly callersMax = CALLERS_MAX,
  ) {}

  /** False where this caller has to wait. */
  take(caller: string): boolean {
    const nowMs = this.now();
    const { perSecond, burst } = this.rate;
    const known = this.#buckets.get(caller);
    const filled = known
      ? Math.min(burst, known.tokens + (Math.max(0, nowMs - known.atMs) / 1000) * perSecond)
      : burst;
    const passes = filled >= 1;
    // Set anew, so that the map's order is that of the last calls.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: passes ? filled - 1 : filled, atMs: nowMs });
    if (this.#buckets.size > this.callersMax) this.#forgetOldest();
    return passes;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
