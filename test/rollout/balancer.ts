import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A Service of the cluster: one address before all pods that are ready. */
export interface Balancer {
  readonly port: number;
  /** Connections that found no pod at all. */
  readonly refused: number;
  close(): Promise<void>;
}

/** So much later than the pod itself a node learns that it is ready, or no longer. */
export const HEARS_AFTER_MS = 1_000;

/**
 * Sends every new connection to the next pod in turn. One that stands stays with its pod until either
 * end closes it, also while the pod is leaving: as the nodes of a cluster do it.
 */
export async function openBalancer(portsNow: () => readonly number[]): Promise<Balancer> {
  let known = portsNow();
  const hearing = setInterval(() => {
    known = portsNow();
  }, HEARS_AFTER_MS);
  const sockets = new Set<Socket>();
  let turn = 0;
  let refused = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    turn += 1;
    const port = known[turn % Math.max(1, known.length)];
    if (port === undefined) {
      refused += 1;
      client.destroy();
      return;
    }
    const pod = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    join(client, pod);
    for (const socket of [client, pod]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get refused() {
      return refused;
    },
    async close() {
      clearInterval(hearing);
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What one end does the other sees: bytes, the end of bytes, and a reset. */
function join(client: Socket, pod: Socket): void {
  for (const [from, to] of [
    [client, pod],
    [pod, client],
  ] as const) {
    from.setNoDelay(true);
    from.pipe(to);
    from.on('error', () => {
      to.destroy();
    });
    from.on('close', () => {
      to.destroySoon();
    });
  }
}
