/**
 * The catalogue of log events. Numbers are stable, so that a site can alarm on them; fields are a
 * closed list of ids, codes and measures, so that no patient data can be logged by accident. The
 * debug events mark the boundaries at which a crash must be harmless; tracing and the chaos test
 * listen to them.
 */
export const LOG_EVENTS = {
  // 1xxx doors
  arrived: [1100, 'debug', 'message arrived whole'],
  committing: [1101, 'debug', 'about to commit'],
  answered: [1102, 'debug', 'answer written to the sender'],
  doorOpened: [1001, 'info', 'door opened'],
  doorClosed: [1002, 'info', 'door closed'],
  received: [1010, 'info', 'message received'],
  receivedFaulty: [1011, 'warn', 'message received, its content is at fault'],
  receivedRefused: [1012, 'warn', 'message refused'],
  receiveFailed: [1013, 'error', 'message could not be stored'],
  connectionRefused: [1020, 'warn', 'connection refused'],
  connectionDropped: [1021, 'warn', 'connection dropped'],
  certificateReloaded: [1030, 'info', 'certificate reloaded'],
  certificateReloadFailed: [1031, 'error', 'certificate could not be reloaded, the old one stays'],
  pictureReaderEnded: [1040, 'warn', 'a picture ended the process that read it'],
  // 2xxx ledger
  ledgerOpened: [2001, 'info', 'ledger opened'],
  ledgerMigrated: [2002, 'info', 'ledger migrated'],
  ledgerRebuilt: [2003, 'warn', 'embedded database rebuilt from the journal'],
  journalReplayed: [2004, 'warn', 'journal entries missing from the database were replayed'],
  journalTailCut: [2005, 'warn', 'unfinished last journal entry cut off'],
  journalDamaged: [2006, 'error', 'damaged stretch of the journal skipped'],
  databaseSetAside: [2007, 'error', 'embedded database damaged, set aside'],
  journalEntryRefused: [2008, 'error', 'journal entry could not be applied, skipped'],
  ledgerAway: [2010, 'error', 'ledger cannot be reached'],
  diskFilling: [2011, 'warn', 'disk is filling'],
  purged: [2020, 'info', 'old receipts purged'],
  // 3xxx queue
  enqueued: [3100, 'debug', 'job enqueued'],
  queueOpened: [3001, 'info', 'queue opened'],
  queueMayEvict: [3002, 'warn', 'Redis may evict jobs, set its maxmemory-policy to noeviction'],
  queueAway: [3010, 'error', 'queue cannot be reached'],
  jobsRebuilt: [3020, 'warn', 'jobs rebuilt from the ledger'],
  jobFailed: [3021, 'error', 'job handler failed'],
  // 4xxx scoring
  scoring: [4100, 'debug', 'scoring begins'],
  recording: [4101, 'debug', 'about to record the assessment'],
  modelReady: [4001, 'info', 'model verified'],
  modelRejected: [4002, 'error', 'model rejected'],
  scored: [4010, 'info', 'ECG scored'],
  modelSilent: [4011, 'warn', 'model gave no answer'],
  scorerReplaced: [4012, 'error', 'scoring thread replaced'],
  scoreRetried: [4013, 'warn', 'scoring failed, due again'],
  scoreParked: [4014, 'error', 'scoring given up, parked for a person'],
  evaluationOnly: [4020, 'warn', 'for evaluation only, nobody is paged'],
  // 5xxx delivery
  sending: [5100, 'debug', 'about to write to the destination'],
  posted: [5101, 'debug', 'destination answered, about to confirm'],
  delivered: [5010, 'info', 'delivered'],
  deliveryFound: [5011, 'info', 'delivery found already standing'],
  deliveryRetried: [5012, 'warn', 'delivery failed, due again'],
  deliveryParked: [5013, 'error', 'delivery given up, parked for a person'],
  leaseLost: [5014, 'warn', 'lease lost to a newer claim'],
  doubleWithdrawn: [5015, 'warn', 'result stood twice at the destination, the newer was withdrawn'],
  reconcileFailed: [5016, 'error', 'result may stand twice at the destination'],
  alertRaised: [5030, 'info', 'alert raised'],
  alertJoined: [5031, 'info', 'ECG joined an open alert, nobody is paged'],
  alertStorm: [5032, 'warn', 'more pages than the cap of a department, one storm pages for them'],
  alertRerouted: [5033, 'warn', 'alert not confirmed in time, next route taken'],
  alertEscalated: [5034, 'warn', 'alert not acknowledged in time, escalated'],
  alertEnded: [5036, 'info', 'alert ended, as no ECG of it stands any more'],
  alertSkipped: [5035, 'info', 'page ended before it left, as its alert wants it no longer'],
  alertAnswered: [5037, 'info', 'alert answered by somebody at the EHR'],
  carrierChosen: [5017, 'info', 'form of results at the destination'],
  retracted: [5018, 'info', 'what stood at the destination was taken back'],
  pictureFailed: [5019, 'error', 'evidence could not be drawn, the result goes without a picture'],
  destinationSilent: [5022, 'warn', 'destination did not say what it takes'],
  fetched: [5020, 'info', 'resource fetched'],
  fetchRetried: [5021, 'warn', 'fetch failed, due again'],
  // 6xxx life
  starting: [6001, 'info', 'starting'],
  ready: [6002, 'info', 'ready'],
  notReady: [6003, 'warn', 'not ready'],
  stopping: [6010, 'info', 'stopping'],
  stopped: [6011, 'info', 'stopped'],
  stopForced: [6012, 'error', 'drain bound reached, stopping anyway'],
  crashed: [6013, 'error', 'unhandled failure, exiting'],
  requestFailed: [6030, 'error', 'HTTP request failed'],
  openDoorWarning: [6020, 'warn', 'door is closed until a credential is configured'],
  // 7xxx what the EHR tells, and what we ask it
  tokenRenewed: [7110, 'debug', 'token for the FHIR server renewed'],
  swept: [7120, 'debug', 'sweep of the FHIR server done'],
  besideRead: [7130, 'debug', 'evidence beside an ECG read'],
  tokenRefused: [7010, 'warn', 'no token for the FHIR server'],
  sweepCaught: [7020, 'warn', 'sweep found ECGs that no notification told of'],
  sweepFailed: [7021, 'warn', 'sweep of the FHIR server failed, due again'],
  sweepCrowded: [7022, 'warn', 'more resources within a second than a sweep reads'],
  subscriptionMade: [7030, 'info', 'subscription created at the FHIR server'],
  subscriptionActive: [7031, 'info', 'subscription active'],
  subscriptionDown: [7032, 'warn', 'subscription not active'],
  subscriptionRepaired: [7033, 'warn', 'subscription asked for again'],
  subscriptionRefused: [7034, 'error', 'FHIR server does not take our subscription'],
  subscriptionSilent: [7035, 'warn', 'no heartbeat of the subscription for too long'],
  subscriptionLacks: [7036, 'info', 'FHIR server does without a part of topic subscriptions'],
  eventsMissed: [7040, 'warn', 'events of the subscription are missing'],
  eventsRecovered: [7041, 'info', 'missing events of the subscription fetched'],
  feedFailed: [7042, 'warn', 'subscription could not be looked after, due again'],
  foreignReference: [7050, 'warn', 'reference to another server not followed'],
  besideFailed: [7060, 'warn', 'evidence beside an ECG could not be read, due again'],
  answersFailed: [7070, 'warn', 'answers to alerts could not be read at the EHR, due again'],
  communicationsUntold: [7071, 'info', 'FHIR server cannot find Communications by their request'],
} as const satisfies Record<string, readonly [number, 'debug' | 'info' | 'warn' | 'error', string]>;

export type LogEvent = keyof typeof LOG_EVENTS;

export interface LogFields {
  readonly id?: string;
  readonly receiptId?: string;
  readonly ecgId?: string;
  readonly assessmentId?: string;
  readonly deliveryId?: string;
  readonly door?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly address?: string;
  readonly count?: number;
  readonly attempts?: number;
  readonly bytes?: number;
  readonly elapsedMs?: number;
  readonly share?: number;
}

export type Log = (event: LogEvent, fields?: LogFields) => void;

/** For code whose caller does not care: tests and the command line. */
export const silentLog: Log = () => undefined;
