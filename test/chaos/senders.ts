import { failureOf } from '../../src/core/failure.js';
import { createMllpClient } from '../../src/wire/mllp/client.js';
import type { ChaosEcg } from './ecgs.js';

export type Answer =
  | { readonly kind: 'acknowledged' }
  /** Nobody knows whether it arrived: to be sent again. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly detail: string };

/** A sender's end of one of the service's doors. */
export interface Door {
  readonly name: string;
  send(ecg: ChaosEcg): Promise<Answer>;
  close(): void;
}

const ANSWER_MS_MAX = 10_000;

export function openMllpDoor(port: number, answerMsMax = ANSWER_MS_MAX): Door {
  const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs: answerMsMax });
  return {
    name: 'mllp',
    async send(ecg) {
      try {
        const { code, bytes } = await client.send(ecg.oru);
        // A faulty message is acknowledged too, with a warning: ours are sound.
        const text = Buffer.from(bytes).toString();
        if (code === 'AA' && !text.includes('\rERR|')) return { kind: 'acknowledged' };
        if (code === 'AE') return { kind: 'unknown' };
        return { kind: 'refused', detail: text.replaceAll('\r', ' / ') };
      } catch (error) {
        if (failureOf(error).code.startsWith('destination-')) return { kind: 'unknown' };
        throw error;
      }
    },
    close: () => {
      client.close();
    },
  };
}

export function openRestDoor(port: number): Door {
  return {
    name: 'rest',
    async send(ecg) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/api/ecgs`, {
          method: 'POST',
          headers: { 'content-type': 'application/fhir+json' },
          body: ecg.observation,
          signal: AbortSignal.timeout(ANSWER_MS_MAX),
        });
        // The status alone acknowledges: a body that is cut off takes nothing back.
        const body = await response.text().catch(() => '');
        if (response.status === 202) return { kind: 'acknowledged' };
        if (response.status >= 500) return { kind: 'unknown' };
        return { kind: 'refused', detail: `${response.status} ${body.slice(0, 300)}` };
      } catch {
        return { kind: 'unknown' };
      }
    },
    close: () => undefined,
  };
}
