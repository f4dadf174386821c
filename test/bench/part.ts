import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the bench in a process of its own, so that its cost is not ours. */
export interface Part {
  readonly pid: number;
  ask<Answer>(question: object): Promise<Answer>;
  stop(): Promise<void>;
}

type Reply = { readonly answer: unknown } | { readonly error: string };

const LOADER = new URL('../support/ts-loader.js', import.meta.url).href;

/** One question at a time; the part ends with the process that started it. */
export function startPart(file: string): Part {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', LOADER, path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(question: object) {
      child.send(question);
      const gone = ended.then(() => [{ error: `${file} ended` }]);
      const [reply] = (await Promise.race([once(child, 'message'), gone])) as [Reply];
      if ('error' in reply) throw new Error(reply.error);
      return reply.answer as Answer;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Runs one part from its first question to its last: for work that is asked for once. */
export async function askOnce<Answer>(file: string, question: object): Promise<Answer> {
  const part = startPart(file);
  try {
    return await part.ask<Answer>(question);
  } finally {
    await part.stop();
  }
}

/** The part's own side; it is asked by `startPart` alone, in the words that both files import. */
export function answerWith(work: (question: never) => Promise<unknown>): void {
  process.on('message', (question) => {
    work(question as never).then(
      (answer) => process.send?.({ answer: answer ?? null }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? '') : 'failed' }),
    );
  });
  process.on('disconnect', () => {
    process.exit(0);
  });
}
