import { createActingDesk, type Taken, type UploadedFile } from './board/acting-desk.js';
import { ACTING_DESK } from './board/acting.controller.js';
import { createDeadLetterDesk } from './board/dead-letters.js';
import { createEcgDesk } from './board/ecg-desk.js';
import { ECG_DESK } from './board/ecg.controller.js';
import { createMessageDesk, type MessageDesk } from './board/messages.js';
import { MESSAGE_DESK } from './board/messages.controller.js';
import { modelReport } from './board/model-report.js';
import { MODEL_REPORTS, type ReadModelReports } from './board/models.controller.js';
import { createWorkDesk } from './board/work-desk.js';
import { WORK_DESK } from './board/work.controller.js';
import type { Policy } from './core/decision/policy.js';
import { drawAssessed } from './drawn-ecg.js';
import type { RestDoor } from './ingest/rest/door.js';
import { parseUpload } from './ingest/rest/upload.js';
import { REST_DOOR } from './ingest/rest/ecgs.controller.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkQueue } from './queue/queue.js';
import type { Models } from './stores.module.js';
import { LEDGER, MODELS, POLICY, QUEUE } from './tokens.js';

const now = (): number => Date.now();

/** What stands behind the routes of the board that show one thing, or act. */
export function deskProviders() {
  return [
    {
      provide: ECG_DESK,
      inject: [LEDGER, MODELS],
      useFactory: (ledger: Ledger, models: Models) =>
        createEcgDesk({ ledger, cards: models.cards, draw: drawAssessed }),
    },
    {
      provide: MESSAGE_DESK,
      inject: [LEDGER, REST_DOOR],
      useFactory: (ledger: Ledger, door: RestDoor): MessageDesk =>
        createMessageDesk({ ledger, replay: (receiptId) => replayedBy(door, receiptId) }),
    },
    {
      provide: ACTING_DESK,
      inject: [LEDGER, QUEUE, REST_DOOR],
      useFactory: (ledger: Ledger, queue: WorkQueue, door: RestDoor) =>
        createActingDesk({ ledger, queue, take: (file) => takenBy(door, file), now }),
    },
    {
      provide: WORK_DESK,
      inject: [LEDGER, QUEUE, MESSAGE_DESK],
      useFactory: (ledger: Ledger, queue: WorkQueue, messages: MessageDesk) =>
        createWorkDesk({
          ledger,
          queue,
          letters: createDeadLetterDesk(ledger, queue, now),
          replay: (receiptIds, actor) => messages.replay(receiptIds, actor),
          now,
        }),
    },
    {
      provide: MODEL_REPORTS,
      inject: [LEDGER, MODELS, POLICY],
      useFactory:
        (ledger: Ledger, models: Models, policy: Policy): ReadModelReports =>
        async () => {
          const reports = [];
          for (const card of models.cards) {
            const mode = policy.models[card.id]?.mode ?? card.defaultMode;
            reports.push(await modelReport(ledger.runs, card, mode, now()));
          }
          return reports;
        },
    },
  ];
}

async function takenBy(
  door: RestDoor,
  { body, contentType, beside }: UploadedFile,
): Promise<Taken> {
  const parsed = parseUpload(beside);
  if (!parsed.ok) return { receiptId: null, problem: parsed.problem };
  const { headers } = await door.upload({
    query: parsed.upload.hints,
    contentType,
    accept: 'application/json',
    idempotencyKey: null,
    body,
  });
  return { receiptId: headers['location']?.split('/').pop() ?? null, problem: null };
}

/** The door says where the new receipt is, whatever it thinks of its content. */
async function replayedBy(door: RestDoor, receiptId: string): Promise<string | null> {
  const { headers } = await door.replay(receiptId);
  return headers['location']?.split('/').pop() ?? null;
}
