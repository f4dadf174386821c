import { createHash } from 'node:crypto';
import { fail, type FailureCode } from '../../src/core/failure.js';
import { silentLog } from '../../src/core/log.js';
import { noticeIn } from '../../src/formats/notice.js';
import { createIntake, type Intake, type Submission } from '../../src/ingest/intake.js';
import type { Accepted, Arrival, Verdict } from '../../src/ledger/ledger.js';

export interface Kept {
  readonly arrival: Arrival;
  readonly verdict: Verdict;
  readonly accepted: Accepted;
  answer: string | null;
}

/** The real hall before a ledger that forgets: for specs of doors, which care for answers only. */
export interface MemoryHall {
  readonly kept: readonly Kept[];
  readonly submit: Intake['submit'];
  recordAnswer(receiptId: string, answer: string): Promise<void>;
  /** From now on nothing can be stored, for this reason; null heals it. */
  breakWith(code: FailureCode | null): void;
  /** Called while a commit is under way. */
  onCommit: (submission: Submission) => Promise<void>;
}

export interface MemoryHallOptions {
  /** False for long runs: receipts are counted and not kept. */
  readonly keep?: boolean;
}

export function memoryHall({ keep = true }: MemoryHallOptions = {}): MemoryHall {
  const kept: Kept[] = [];
  let broken: FailureCode | null = null;
  let count = 0;
  const hall: MemoryHall = {
    kept,
    onCommit: () => Promise.resolve(),
    async submit(submission) {
      await hall.onCommit(submission);
      if (broken) throw fail(broken, 'the ledger is broken on purpose');
      return intake.submit(submission);
    },
    recordAnswer(receiptId, answer) {
      const found = kept.find(({ accepted }) => accepted.receiptId === receiptId);
      if (found) found.answer = answer;
      return Promise.resolve();
    },
    breakWith(code) {
      broken = code;
    },
  };
  const accept = (arrival: Arrival, verdict: Verdict): Promise<Accepted> => {
    count += 1;
    const sameId = kept.filter(
      (one) =>
        arrival.messageId !== null &&
        one.arrival.sender === arrival.sender &&
        one.arrival.messageId === arrival.messageId,
    );
    const first = sameId.find((one) => hash(one.arrival.bytes) === hash(arrival.bytes));
    const accepted: Accepted = {
      receiptId: `receipt-${count}`,
      outcome: first ? 'repeat' : verdict.outcome,
      repeatOf: first?.accepted.receiptId ?? null,
      firstAnswer: first?.answer ?? null,
      sameIdOtherContent: sameId.length > 0 && !first,
      ecgId: null,
      assessmentId: null,
      isNewEcg: false,
    };
    if (keep) kept.push({ arrival, verdict, accepted, answer: null });
    return Promise.resolve(accepted);
  };
  const intake = createIntake({
    // Of the ledger, the hall before a door uses accept alone.
    ledger: {
      receipts: { accept } as unknown as Parameters<typeof createIntake>[0]['ledger']['receipts'],
    },
    queue: { enqueue: () => Promise.resolve() },
    log: silentLog,
    under: { modelSet: 'none', policyVersion: 'none' },
    noticeIn,
    zoneOf: () => null,
    now: Date.now,
  });
  return hall;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
