import type { ModelCard } from '../core/decision/card.js';
import type { Scored } from '../core/decision/scorer.js';
import type { RejectedModel } from './models-folder.js';
import type { PackedEcg } from './packed-ecg.js';

/** What a scoring thread is born with. */
export interface ThreadBirth {
  readonly modelsDir: string;
  readonly intraOpThreads: number;
}

export interface ScoreRequest {
  readonly number: number;
  readonly ecg: PackedEcg;
}

/** `ready` comes once, then one `scored` for each request. */
export type ThreadMessage =
  | {
      readonly kind: 'ready';
      readonly cards: readonly ModelCard[];
      readonly rejected: readonly RejectedModel[];
    }
  | {
      readonly kind: 'scored';
      readonly number: number;
      readonly scored: Scored;
    };
