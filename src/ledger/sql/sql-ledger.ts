import type { Kysely } from 'kysely';
import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { AlertRecord } from '../alerts.js';
import type { Arrival, AssessUnder, Accepted, Ledger, Receipts, Verdict } from '../ledger.js';
import { withClasses } from '../classed.js';
import { createAlerts, type AlertNote } from './alerts.js';
import { createAssessments } from './assessments.js';
import { createBoardReads } from './board.js';
import { createAudit } from './audit.js';
import { createCdsMemory } from './cds.js';
import { createDeliveries, type DeliveredNote } from './deliveries.js';
import { createDestinations } from './destinations.js';
import { createFeed } from './feed.js';
import { createBeside } from './beside.js';
import { createFeeds } from './feeds.js';
import { createHealth, createSenderNotes } from './health.js';
import { createMessages } from './messages.js';
import { createOutcomes, type OutcomeNote } from './outcomes.js';
import { createModelRuns } from './runs.js';
import { createSessions } from './sessions.js';
import { createRevisions } from './revisions.js';
import { createReceipts, type RawBytes } from './receipts.js';
import type { Tables } from './tables.js';

export interface SqlLedgerParts {
  readonly db: Kysely<Tables>;
  /** Null where the bytes go into the database itself. */
  readonly raw: RawBytes | null;
  readonly log: Log;
  readonly now: () => number;
  readonly noteDelivered: DeliveredNote;
  readonly noteOutcome: OutcomeNote;
  readonly noteAlert: AlertNote;
  readonly diskUsed: () => Promise<number | null>;
  readonly canKeep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The one ledger, over either back end. */
export function createSqlLedger(parts: SqlLedgerParts): Ledger {
  const { db, raw, log, now, noteDelivered, noteOutcome, noteAlert } = parts;
  const { diskUsed, canKeep, close } = parts;
  const noteSender = createSenderNotes(db, (code) => {
    log('ledgerAway', { code });
  });
  // What the service did stands in the database; only a person's word must not be lost with it.
  const ofService: AlertNote = (alert) => {
    tell(alert, log);
    return noteAlert(alert).catch((error: unknown) => {
      log('ledgerAway', { code: failureOf(error).code });
    });
  };
  return {
    receipts: withClasses(hearing(createReceipts(db, raw), noteSender)),
    assessments: withClasses(createAssessments(db, now, ofService)),
    deliveries: withClasses(createDeliveries(db, now, noteDelivered, ofService)),
    alerts: withClasses(createAlerts(db, noteAlert)),
    audit: withClasses(createAudit(db, now)),
    cds: withClasses(createCdsMemory(db, now)),
    outcomes: withClasses(createOutcomes(db, noteOutcome)),
    revisions: withClasses(createRevisions(db)),
    board: withClasses(createBoardReads(db)),
    feed: withClasses(createFeed(db)),
    sessions: withClasses(createSessions(db)),
    messages: withClasses(createMessages(db)),
    runs: withClasses(createModelRuns(db)),
    destinations: withClasses(createDestinations(db)),
    beside: withClasses(createBeside(db, now)),
    feeds: withClasses(createFeeds(db, now)),
    health: withClasses(createHealth({ db, now, diskUsed, canKeep })),
    close,
  };
}

/** The same receipts, with each sender's last word remembered for the silence alarm. */
function hearing(receipts: Receipts, noteSender: (sender: string, atMs: number) => void): Receipts {
  return {
    ...receipts,
    async accept(arrival: Arrival, verdict: Verdict, under: AssessUnder): Promise<Accepted> {
      const accepted = await receipts.accept(arrival, verdict, under);
      noteSender(arrival.sender, arrival.receivedAtMs);
      return accepted;
    },
  };
}

/** Whatever raised or joined it: this is where all of them pass. */
function tell({ id, assessmentId, urgency, isStorm, events }: AlertRecord, log: Log): void {
  const step = events.at(-1)?.action;
  const about = { id, assessmentId, kind: urgency };
  if (step === 'raise') log(isStorm ? 'alertStorm' : 'alertRaised', about);
  if (step === 'join' && !isStorm) log('alertJoined', about);
}
