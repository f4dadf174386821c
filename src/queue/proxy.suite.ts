import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a store that can be cut or fall silent, as a network can. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #silent = false;
  #port = 0;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      const far = connect(target);
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Connections stay up and nothing gets through; what was sent meanwhile is lost. */
  silence(silent: boolean): void {
    this.#silent = silent;
  }

  /** Connections are dropped and refused until it is opened again. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => undefined);
    from.on('data', (chunk) => {
      if (!this.#silent) to.write(chunk);
    });
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}

/** The same URL, through the proxy. */
export function through(proxy: Proxy, url: string): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.href;
}

export async function proxyTo(url: string): Promise<Proxy> {
  const { hostname, port } = new URL(url);
  return new Proxy({ host: hostname, port: Number(port) }).open();
}
