import type { Log } from '../../core/log.js';
import type { MllpHandler, MllpReply } from '../../wire/mllp/connection.js';
import {
  openMllpServer,
  type MllpEvent,
  type MllpServer,
  type MllpServerOptions,
} from '../../wire/mllp/server.js';
import { createHl7Door, type Hl7DoorOptions } from './door.js';

export type Hl7ListenerOptions = Hl7DoorOptions &
  Omit<MllpServerOptions, 'report'> & { readonly log: Log };

/** Who is turned away by the door, as the audit names it. */
const ACTOR = 'mllp';

/** The HL7 v2 door on its own port. Resolves once it is open. */
export async function openHl7Listener(options: Hl7ListenerOptions): Promise<MllpServer> {
  const { log, refusals } = options;
  const report = (event: MllpEvent): void => {
    logEvent(log, event);
    if (event.kind !== 'connection-refused') return;
    // Not waited for: nobody is let in by it, and it never fails.
    void refusals?.note(ACTOR, `connection refused: ${event.why}`, 'mllp', event.address);
  };
  const server = await openMllpServer({ ...options, report }, telling(createHl7Door(options), log));
  log('doorOpened', { door: 'mllp', address: `${server.host}:${server.port}` });
  return {
    host: server.host,
    port: server.port,
    get connections() {
      return server.connections;
    },
    async close(waitMsMax) {
      await server.close(waitMsMax);
      log('doorClosed', { door: 'mllp' });
    },
  };
}

/** The same door, which says when an answer has left. */
function telling(door: MllpHandler, log: Log): MllpHandler {
  const told = async (asked: Promise<MllpReply>): Promise<MllpReply> => {
    const { bytes, afterwards } = await asked;
    if (bytes === null) return { bytes };
    return {
      bytes,
      afterwards: async () => {
        log('answered', { door: 'mllp', bytes: bytes.length });
        await afterwards?.();
      },
    };
  };
  return {
    message: (bytes, peer) => told(door.message(bytes, peer)),
    tooLarge: (head, byteCount, peer) => told(door.tooLarge(head, byteCount, peer)),
  };
}

function logEvent(log: Log, event: MllpEvent): void {
  switch (event.kind) {
    case 'connection-refused':
      log('connectionRefused', { door: 'mllp', address: event.address, detail: event.why });
      return;
    case 'connection-dropped':
      log('connectionDropped', { door: 'mllp', address: event.address, detail: event.why });
      return;
    case 'certificate-reloaded':
      log('certificateReloaded', { door: 'mllp' });
      return;
    case 'certificate-reload-failed':
      log('certificateReloadFailed', { door: 'mllp', detail: event.why });
  }
}
