import type { Log } from '../../core/log.js';
import {
  openMllpServer,
  type MllpEvent,
  type MllpServer,
  type MllpServerOptions,
} from '../../wire/mllp/server.js';
import { createHl7Door, type Hl7DoorOptions } from './door.js';

export type Hl7ListenerOptions = Hl7DoorOptions &
  Omit<MllpServerOptions, 'report'> & { readonly log: Log };

/** The HL7 v2 door on its own port. Resolves once it is open. */
export async function openHl7Listener(options: Hl7ListenerOptions): Promise<MllpServer> {
  const { log } = options;
  const report = (event: MllpEvent): void => {
    logEvent(log, event);
  };
  const server = await openMllpServer({ ...options, report }, createHl7Door(options));
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
