import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.js';
import { boundedText, TEXT_CHARACTERS_MAX } from './text.js';

/** Written by one statement at most; the rest waits for the next. */
export const ANSWERS_AT_ONCE_MAX = 32;

interface Note {
  readonly receiptId: string;
  readonly answer: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes down what the doors answered: those that come while others are being written are written
 * together. It is not waited for the disk, as losing one costs only that a repeat gets a newer answer.
 */
export function createAnswerNotes(
  db: Kysely<Tables>,
): (receiptId: string, answer: string) => Promise<void> {
  let waiting: Note[] = [];
  let isWriting = false;
  const write = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const notes = waiting.slice(0, ANSWERS_AT_ONCE_MAX);
      waiting = waiting.slice(ANSWERS_AT_ONCE_MAX);
      try {
        await writeTogether(db, notes);
        for (const { resolve } of notes) resolve();
      } catch (error) {
        for (const { reject } of notes) reject(error);
      }
    }
    isWriting = false;
  };
  return (receiptId, answer) =>
    new Promise((resolve, reject) => {
      const bounded = boundedText(answer, TEXT_CHARACTERS_MAX);
      waiting.push({ receiptId, answer: bounded, resolve, reject });
      if (!isWriting) void write();
    });
}

/** The setting holds to the end of this statement's own transaction: its commit. */
async function writeTogether(db: Kysely<Tables>, notes: readonly Note[]): Promise<void> {
  const rows = notes.map(({ receiptId, answer }) => sql`(${receiptId}, ${answer})`);
  await sql`update receipts set answer = noted.answer
    from (values ${sql.join(rows)}) as noted (id, answer),
      (select set_config('synchronous_commit', 'off', true)) as unhurried
    where receipts.id = noted.id`.execute(db);
}
