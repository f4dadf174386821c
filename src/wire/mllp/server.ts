import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { parseAllowList } from './allow-list.js';
import {
  readCertificates,
  watchCertificates,
  type CertificateEvent,
  type TlsFiles,
} from './certificates.js';
import {
  Connection,
  type ConnectionLimits,
  type DropReason,
  type HeldBytes,
  type MllpHandler,
} from './connection.js';

export interface MllpServerOptions extends Partial<ConnectionLimits> {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly tls?: (TlsFiles & { readonly requireClientCertificate?: boolean }) | null;
  readonly connectionsMax?: number;
  /** Bytes of messages that all connections together may hold. */
  readonly heldBytesMax?: number;
  /** Addresses and CIDR ranges that may connect; empty lets everybody in. */
  readonly allowedAddresses?: readonly string[];
  readonly certificateCheckMs?: number;
  readonly report?: (event: MllpEvent) => void;
}

export type MllpEvent =
  | CertificateEvent
  | {
      readonly kind: 'connection-refused';
      readonly address: string;
      readonly why: 'address-not-allowed' | 'too-many-connections' | 'handshake-failed';
    }
  | {
      readonly kind: 'connection-dropped';
      readonly address: string;
      readonly why: DropReason | 'socket-error';
    };

export interface MllpServer {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Takes no more; answers what is in hand; cuts off what is left when the bound is reached. */
  close(waitMsMax?: number): Promise<void>;
}

export const MLLP_DEFAULTS = Object.freeze({
  frameBytesMax: 32 * 1024 * 1024,
  idleMsMax: 3_600_000,
  frameMsMax: 60_000,
  answerMsMax: 30_000,
  garbageBytesMax: 64 * 1024,
  connectionsMax: 256,
  heldBytesMax: 512 * 1024 * 1024,
  certificateCheckMs: 10_000,
  handshakeMsMax: 10_000,
  closeMsMax: 10_000,
});

/** Listens for MLLP; resolves once the port is open. */
export async function openMllpServer(
  options: MllpServerOptions,
  handler: MllpHandler,
): Promise<MllpServer> {
  const hall = new Listener(options, handler);
  await hall.listen();
  return hall;
}

/** Whatever the bound of one message, two of them must fit. */
function heldBytesMaxFor(frameBytesMax: number): number {
  return Math.max(MLLP_DEFAULTS.heldBytesMax, 2 * frameBytesMax);
}

class Listener implements MllpServer {
  readonly #options: MllpServerOptions;
  readonly #limits: ConnectionLimits;
  readonly #connectionsMax: number;
  readonly #handler: MllpHandler;
  readonly #allows: (address: string) => boolean;
  readonly #server: Server;
  readonly #tls: TlsServer | null;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<Connection>();
  readonly #held: HeldBytes;
  #stopWatch: () => void = () => undefined;
  #closing = false;

  constructor(options: MllpServerOptions, handler: MllpHandler) {
    const { idleMsMax, frameMsMax, answerMsMax, frameBytesMax, garbageBytesMax } = {
      ...MLLP_DEFAULTS,
      ...options,
    };
    this.#options = options;
    this.#limits = { idleMsMax, frameMsMax, answerMsMax, frameBytesMax, garbageBytesMax };
    this.#connectionsMax = options.connectionsMax ?? MLLP_DEFAULTS.connectionsMax;
    this.#held = { total: 0, max: options.heldBytesMax ?? heldBytesMaxFor(frameBytesMax) };
    this.#handler = handler;
    this.#allows = parseAllowList(options.allowedAddresses ?? []);
    this.#tls = options.tls ? this.#secured(options.tls) : null;
    // A sender that closes its half after its message still waits for the answer.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#admit(socket);
    });
  }

  get host(): string {
    return (this.#server.address() as AddressInfo).address;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#options.host, () => {
        this.#server.off('error', reject);
        // Errors of a listening socket (no more descriptors) end one accept, not the process.
        this.#server.on('error', () => undefined);
        resolve();
      });
    });
  }

  async close(waitMsMax: number = MLLP_DEFAULTS.closeMsMax): Promise<void> {
    this.#closing = true;
    this.#stopWatch();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const connection of this.#open) connection.drain();
    const bound = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, waitMsMax);
    await closed;
    clearTimeout(bound);
  }

  #admit(raw: Socket): void {
    const address = raw.remoteAddress ?? '';
    // A socket without a listener for its errors would end the process.
    raw.on('error', () => undefined);
    const refusal = this.#refusal(address);
    if (refusal !== null) {
      this.#report({ kind: 'connection-refused', address, why: refusal });
      raw.destroy();
      return;
    }
    this.#sockets.add(raw);
    raw.once('close', () => this.#sockets.delete(raw));
    if (this.#tls) this.#tls.emit('connection', raw);
    else this.#serve(raw, address);
  }

  #refusal(address: string): 'address-not-allowed' | 'too-many-connections' | null {
    if (!this.#allows(address)) return 'address-not-allowed';
    return this.#sockets.size >= this.#connectionsMax ? 'too-many-connections' : null;
  }

  #serve(socket: Socket, address: string): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    const dropped = (why: DropReason | 'socket-error'): void => {
      this.#report({ kind: 'connection-dropped', address, why });
    };
    socket.on('error', () => {
      dropped('socket-error');
    });
    const peer = { address };
    const connection = new Connection(
      socket,
      peer,
      this.#limits,
      this.#handler,
      this.#held,
      dropped,
    );
    this.#open.add(connection);
    socket.once('close', () => this.#open.delete(connection));
  }

  #secured(tls: TlsFiles & { readonly requireClientCertificate?: boolean }): TlsServer {
    const required = tls.requireClientCertificate ?? false;
    const server = createTlsServer(
      {
        ...readCertificates(tls),
        requestCert: required,
        rejectUnauthorized: required,
        handshakeTimeout: MLLP_DEFAULTS.handshakeMsMax,
      },
      (socket) => {
        this.#serve(socket, socket.remoteAddress ?? '');
      },
    );
    server.on('tlsClientError', (_error, socket) => {
      const address = socket.remoteAddress ?? '';
      this.#report({ kind: 'connection-refused', address, why: 'handshake-failed' });
      socket.destroy();
    });
    const everyMs = this.#options.certificateCheckMs ?? MLLP_DEFAULTS.certificateCheckMs;
    this.#stopWatch = watchCertificates(tls, server, everyMs, (event) => {
      this.#report(event);
    });
    return server;
  }

  #report(event: MllpEvent): void {
    this.#options.report?.(event);
  }
}
