/** Every bound of the queue, with the reason for its size. */

/** An ACK may wait for the queue this long at most; the sweep does what was missed. */
export const ANSWER_MS_MAX = 500;
/** The embedded store shares one engine with the ledger: slow means busy there, never away. */
export const EMBEDDED_ANSWER_MS_MAX = 2_000;
/** Requests in flight at a time; beyond this a store is drowning and one more does not help. */
export const REQUESTS_MAX = 1_000;
/** A connection that owes an answer for this long is dropped and made anew. */
export const PRODUCER_SILENCE_MS_MAX = 5_000;
/** As above for workers, whose blocking read stays silent for up to 10 s by design. */
export const WORKER_SILENCE_MS_MAX = 15_000;
export const CONNECT_MS_MAX = 2_000;
export const RECONNECT_MS_MAX = 1_000;
/** A store that speaks SQL must be there at the start, because its schema is made then. */
export const OPEN_MS_MAX = 10_000;
/** After the last handler ended, what BullMQ may take to write that down. */
export const CLOSE_MS_MAX = 2_000;

/** A worker that is silent for this long is taken for dead. Renewed at half of it. */
export const LOCK_MS = 10_000;
/** How often dead workers are looked for; two looks are needed, so a job waits 20 s at most. */
export const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker before it is left to the sweep. */
export const STALLED_COUNT_MAX = 5;
/** A connection error in the fetch loop is retried after this. */
export const FETCH_RETRY_MS = 1_000;
/** An idle worker looks again after this even if nothing woke it; Redis caps it at 10 s. */
export const IDLE_LOOK_SECONDS = 10;
/** Events are not read by us; BullMQ writes them whatever we say, so they are kept few. */
export const EVENTS_MAX = 1_000;

/** Connections to PostgreSQL: one LISTEN for each kind of job, the rest for statements. */
export const POSTGRES_CONNECTIONS_MAX = 10;
export const POSTGRES_STATEMENT_MS_MAX = 10_000;
