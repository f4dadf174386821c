import type { BoardReads } from './board.js';
import type { Destinations } from './destinations.js';
import type { Feed } from './feed.js';
import type { Messages } from './messages.js';
import type { ModelRuns } from './runs.js';
import type { Sessions } from './sessions.js';

/** The parts of the ledger that only the board reads. */
export interface BoardLedger {
  readonly board: BoardReads;
  readonly feed: Feed;
  readonly destinations: Destinations;
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly runs: ModelRuns;
}
