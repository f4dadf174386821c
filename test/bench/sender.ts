import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { copyOf, makeStamps, stampWith, USUAL, type Stamp } from './frames.js';
import { answerWith } from './part.js';

/** The sending side in a process of its own: frames are ready, nothing is parsed but the code. */
export type SenderQuestion =
  | { readonly kind: 'prepare' }
  | {
      readonly kind: 'send';
      readonly port: number;
      readonly connections: number;
      readonly count: number;
      readonly gapMs: number;
    };

export interface Sent {
  readonly elapsedMs: number;
  /** From the first byte written to the last of the answer, one for each ECG. */
  readonly ackMs: readonly number[];
  /** Answers that were not AA. */
  readonly refused: number;
}

export interface Prepared {
  readonly frameBytes: number;
}

let stamps: readonly Stamp[] = [];
let number = 0;

async function send(question: Extract<SenderQuestion, { kind: 'send' }>): Promise<Sent> {
  const ackMs: number[] = [];
  let refused = 0;
  let left = question.count;
  const sockets = await Promise.all(
    Array.from({ length: question.connections }, () => open(question.port)),
  );
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const own = stamps.map(copyOf);
      while (left > 0) {
        left -= 1;
        number += 1;
        const bytes = stampWith(own[number % own.length] as Stamp, number);
        const sentAt = performance.now();
        socket.write(bytes);
        if (!(await isAccepted(socket))) refused += 1;
        ackMs.push(performance.now() - sentAt);
        if (question.gapMs > 0) await new Promise((wake) => setTimeout(wake, question.gapMs));
      }
    }),
  );
  const elapsedMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  return { elapsedMs, ackMs, refused };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function isAccepted(socket: Socket): Promise<boolean> {
  let answer = '';
  while (!answer.endsWith('\x1c\r')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
  }
  return answer.includes('\rMSA|AA|');
}

answerWith(async (question: SenderQuestion) => {
  if (question.kind === 'send') return send(question);
  stamps = makeStamps(USUAL, Date.now());
  const frameBytes = Math.round(
    stamps.reduce((sum, { bytes }) => sum + bytes.length, 0) / stamps.length,
  );
  return Promise.resolve<Prepared>({ frameBytes });
});
