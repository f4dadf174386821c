import { channel } from 'node:diagnostics_channel';
import { pino, type DestinationStream } from 'pino';
import { LOG_EVENTS, type Log } from '../core/log.js';

/**
 * Every event also goes over this channel, in the very instant it is told: a tracer or a test that
 * was preloaded subscribes to it, and without a subscriber it costs nothing.
 */
export const LOG_CHANNEL = 'leadwire:log';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines with numbered events. Only catalogued fields get in, so no patient data can. */
export function createLog(level: LogLevel, to?: DestinationStream): Log {
  const logger = pino(
    {
      level,
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
    },
    to ?? pino.destination({ fd: 1, sync: true }),
  );
  const listeners = channel(LOG_CHANNEL);
  return (event, fields = {}) => {
    if (listeners.hasSubscribers) listeners.publish({ event, fields });
    const [number, severity, message] = LOG_EVENTS[event];
    logger[severity]({ event: number, name: event, ...renamed(fields) }, message);
  };
}

/** The event's own name has the key `name`; a thing's name is told as `subject`. */
function renamed(fields: Parameters<Log>[1] & object): Record<string, unknown> {
  const { name, ...others } = fields;
  return name === undefined ? others : { subject: name, ...others };
}

/** One Log that feeds several: lines for people, counts for Prometheus. */
export function teeLog(...logs: readonly Log[]): Log {
  return (event, fields) => {
    for (const log of logs) log(event, fields);
  };
}
