import type { JobHandler, JobKind, WorkQueue } from '../../src/queue/queue.js';

const AT_ONCE = 4;

/**
 * A queue in memory that keeps the promises of the real one: a job runs, and runs again when its
 * handler says so. Scores are counted and not run: what is asked here is who was told of what.
 */
export class JobRunner implements Pick<WorkQueue, 'enqueue'> {
  readonly scored: string[] = [];
  readonly #waiting: string[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #handler: JobHandler | null = null;
  #stopped = false;

  start(handler: JobHandler): void {
    this.#handler = handler;
  }

  enqueue(kind: JobKind, id: string): Promise<void> {
    if (kind === 'score') this.scored.push(id);
    else if (kind === 'fetch') {
      this.#waiting.push(id);
      this.#pump();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #pump(): void {
    while (!this.#stopped && this.#running.size < AT_ONCE) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const run = this.#run(id).finally(() => {
        this.#running.delete(run);
        this.#pump();
      });
      this.#running.add(run);
    }
  }

  async #run(id: string): Promise<void> {
    const end = await this.#handler?.(id);
    if (!end || end.done || this.#stopped) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.enqueue('fetch', id);
      },
      Math.max(0, end.againAtMs - Date.now()),
    );
    this.#timers.add(timer);
  }
}
