import type { Gate, Needed } from './gate.js';
import { BoardRefusal } from './refusal.js';

/** Where nobody can say who stands at the board, it shows nothing but that. */
export function createOffGate(why: string): Gate {
  return {
    whyOff: why,
    admit(_request, needed: Needed) {
      if (needed !== 'open') throw new BoardRefusal('board-off', why);
      return Promise.resolve();
    },
    viewerOf: () => null,
    isStillIn: () => Promise.resolve(false),
  };
}
