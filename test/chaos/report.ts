import type { Problem } from './verdict.js';

/** A failure lists so many of its problems; a lost day's ECGs need not all be named. */
const PROBLEMS_SHOWN = 12;

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export function problemLines(problems: readonly Problem[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind } of problems) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const summary = [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => {
    const more = problem.kind === 'doubled' ? ` (${problem.count} results)` : '';
    return `    ${problem.kind}: ${problem.key}${more}`;
  });
  return [`  ${summary}`, ...shown];
}
