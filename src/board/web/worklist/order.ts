import type { Row } from '../contract.js';

/** Most urgent first, and who waits longest first among equals. */
export function byUrgency(a: Row, b: Row): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.waitingSince !== b.waitingSince) return a.waitingSince < b.waitingSince ? -1 : 1;
  return a.ecgId < b.ecgId ? -1 : 1;
}

/** What stands on the screen, in its order, and what waits for the reader to look away. */
export interface Shown {
  readonly order: readonly string[];
  readonly waiting: readonly string[];
}

/**
 * Nothing may move under a reader's finger: while the list is held, rows keep their places, rows
 * that left keep theirs too, and new ones wait behind a count.
 */
export function arrange(rows: ReadonlyMap<string, Row>, held: readonly string[] | null): Shown {
  const sorted = [...rows.values()].sort(byUrgency).map(({ ecgId }) => ecgId);
  if (held === null) return { order: sorted, waiting: [] };
  const standing = new Set(held);
  return { order: held, waiting: sorted.filter((id) => !standing.has(id)) };
}
