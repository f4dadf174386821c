import { sql } from 'kysely';

/** Who brought an ECG first, as a column of a query on `ecgs`. */
export const FIRST_SENDER = sql<string | null>`(select r.sender from ecg_sources s
  join receipts r on r.id = s.receipt_id where s.ecg_id = ecgs.id order by s.at_ms limit 1)`;
