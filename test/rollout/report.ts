import { say } from '../chaos/report.js';

const LINES_SHOWN = 12;

/** What was looked at, and how it was. */
export class Report {
  readonly #startedMs = performance.now();
  passed = 0;
  failed = 0;
  readonly skipped: string[] = [];

  /** Holds where there is nothing to say against it. */
  check(name: string, problems: readonly string[]): void {
    const ok = problems.length === 0;
    if (ok) this.passed += 1;
    else this.failed += 1;
    say(`${ok ? 'ok    ' : 'FAILED'} ${this.#now()} ${name}`);
    for (const line of problems.slice(0, LINES_SHOWN)) say(`          ${line}`);
    if (problems.length > LINES_SHOWN) say(`          and ${problems.length - LINES_SHOWN} more`);
  }

  note(line: string): void {
    say(`       ${this.#now()} ${line}`);
  }

  #now(): string {
    return `${Math.round((performance.now() - this.#startedMs) / 1000)} s`.padStart(6);
  }

  skip(name: string, why: string): void {
    this.skipped.push(`${name} (${why})`);
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
