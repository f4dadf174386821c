import type { RunningService } from '../support/service.js';

/** One event of a service, as its log tells it. */
export interface Told {
  readonly name: string;
  readonly atMs: number;
  readonly ecgId: string | null;
  readonly assessmentId: string | null;
}

const LOOK_MS = 10;
const WAIT_MS_MAX = 600_000;

/** Reads what services write, to know when work is done and how long it took. */
export class Watch {
  readonly #told = new Map<string, Told[]>();
  readonly #read: { readonly service: RunningService; lines: number }[];

  constructor(...services: RunningService[]) {
    this.#read = services.map((service) => ({ service, lines: service.lines.length }));
  }

  of(name: string): readonly Told[] {
    this.#catchUp();
    return this.#told.get(name) ?? [];
  }

  /** Throws with the last words of the service when it takes longer than any run should. */
  async until(name: string, count: number): Promise<void> {
    const untilMs = Date.now() + WAIT_MS_MAX;
    while (this.of(name).length < count) {
      if (Date.now() > untilMs) {
        const words = this.#read.flatMap(({ service }) => service.lines.slice(-5)).join('\n');
        throw new Error(`${this.of(name).length} of ${count} ${name}:\n${words}`);
      }
      await new Promise((wake) => setTimeout(wake, LOOK_MS));
    }
  }

  /** From the commit that the ACK waits for to the moment the chart is known to hold the result. */
  receivedToDeliveredMs(): number[] {
    const receivedAt = new Map(this.of('received').map(({ ecgId, atMs }) => [ecgId, atMs]));
    const ecgOf = new Map(
      this.of('scored').map(({ assessmentId, ecgId }) => [assessmentId, ecgId]),
    );
    return this.of('delivered').flatMap(({ assessmentId, atMs }) => {
      const from = receivedAt.get(ecgOf.get(assessmentId) ?? null);
      return from === undefined ? [] : [atMs - from];
    });
  }

  #catchUp(): void {
    for (const one of this.#read) {
      for (const line of one.service.lines.slice(one.lines)) this.#take(line);
      one.lines = one.service.lines.length;
    }
  }

  #take(line: string): void {
    const parsed = parse(line);
    if (!parsed) return;
    const { name, time, ecgId = null, assessmentId = null } = parsed;
    const told = this.#told.get(name) ?? [];
    told.push({ name, atMs: Date.parse(time), ecgId, assessmentId });
    this.#told.set(name, told);
  }
}

interface Line {
  readonly name: string;
  readonly time: string;
  readonly ecgId?: string;
  readonly assessmentId?: string;
}

/** Not every line is of the log: a runtime may warn. */
function parse(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}
