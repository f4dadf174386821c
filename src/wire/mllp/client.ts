import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fail, failureOf, FailureError } from '../../core/failure.js';
import { readAcknowledgement } from '../hl7v2/acknowledgement.js';
import { frame, Framer } from '../hl7v2/framer.js';
import { readHeader } from '../hl7v2/header.js';

export interface MllpClientOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    readonly caFile?: string | null;
    readonly certFile?: string | null;
    readonly keyFile?: string | null;
  } | null;
  /** For the connection, and again for the answer. */
  readonly timeoutMs: number;
}

export interface MllpAnswer {
  /** MSA-1: AA, AE, AR, CA, CE or CR. */
  readonly code: string;
  readonly bytes: Uint8Array;
}

/** Sends messages one after the other over one connection, which it opens again when needed. */
export interface MllpClient {
  /**
   * The answer whose MSA-2 is this message's MSH-10. Throws FailureError: `destination-away` when
   * nothing was sent, `destination-outcome-unknown` when the answer did not come.
   */
  send(message: Uint8Array): Promise<MllpAnswer>;
  close(): void;
}

const ANSWER_BYTES_MAX = 1024 * 1024;

export function createMllpClient(options: MllpClientOptions): MllpClient {
  let socket: Socket | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function exchange(message: Uint8Array): Promise<MllpAnswer> {
    if (closed) throw fail('destination-away', 'the MLLP client is closed');
    if (!socket || socket.destroyed || !socket.writable) socket = await open(options);
    try {
      return await sendOver(socket, message, options.timeoutMs);
    } catch (error) {
      // A late answer must not be taken for the answer to the next message.
      socket.destroy();
      socket = null;
      throw error instanceof FailureError ? error : new FailureError(failureOf(error));
    }
  }

  return {
    send(message) {
      const turn = last.then(() => exchange(message));
      last = turn.catch(() => undefined);
      return turn;
    },
    close() {
      closed = true;
      socket?.destroy();
    },
  };
}

function open(options: MllpClientOptions): Promise<Socket> {
  const { host, port, tls, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const away = (detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(fail('destination-away', detail));
    };
    const socket = tls ? connectTls({ host, port, ...tlsOptions(tls) }) : connect({ host, port });
    const timer = setTimeout(() => {
      away('the MLLP connection was not made in time');
    }, timeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      away(`the MLLP connection failed (${error.code ?? 'unknown'})`);
    });
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 60_000);
      resolve(socket);
    });
  });
}

function tlsOptions(tls: NonNullable<MllpClientOptions['tls']>): Record<string, Buffer> {
  return {
    ...(tls.caFile ? { ca: readFileSync(tls.caFile) } : {}),
    ...(tls.certFile ? { cert: readFileSync(tls.certFile) } : {}),
    ...(tls.keyFile ? { key: readFileSync(tls.keyFile) } : {}),
  };
}

function sendOver(socket: Socket, message: Uint8Array, timeoutMs: number): Promise<MllpAnswer> {
  const controlId = readHeader(message)?.field(10) ?? '';
  const framer = new Framer({ frameBytesMax: ANSWER_BYTES_MAX });
  return new Promise((resolve, reject) => {
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      end();
    };
    const unknown = (detail: string): void => {
      finish(() => {
        reject(fail('destination-outcome-unknown', detail));
      });
    };
    const onClose = (): void => {
      unknown('the connection closed before the answer came');
    };
    const onData = (chunk: Buffer): void => {
      for (const event of framer.push(chunk)) {
        const answer = event.kind === 'frame' ? answerTo(controlId, event.bytes) : null;
        if (!answer) continue;
        finish(() => {
          resolve(answer);
        });
        return;
      }
    };
    const timer = setTimeout(() => {
      unknown('the answer did not come in time');
    }, timeoutMs);
    socket.on('data', onData).once('close', onClose);
    socket.write(frame(message));
  });
}

/** Anything but the answer to this message is passed over. */
function answerTo(controlId: string, bytes: Uint8Array): MllpAnswer | null {
  const read = readAcknowledgement(bytes);
  return read?.controlId === controlId ? { code: read.code, bytes } : null;
}
