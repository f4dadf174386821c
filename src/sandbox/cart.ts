import { toObservation } from '../formats/fhir/write.js';
import { toOru } from '../formats/hl7v2/write.js';
import type { Reading } from '../core/ecg/reading.js';
import { createMllpClient } from '../wire/mllp/client.js';

/** What a door answered: its word, and the receipt where the door tells it. */
export interface Sent {
  readonly door: string;
  readonly answer: string;
  readonly receiptId: string | null;
}

/** A cart on wheels: sends one reading by whichever door. */
export interface VirtualCart {
  /** The same control id again is the same message again. */
  byMllp(reading: Reading, controlId: string): Promise<Sent>;
  byRest(reading: Reading, as: 'fhir' | 'hl7v2', controlId: string): Promise<Sent>;
  close(): void;
}

export interface CartOptions {
  readonly mllpPort: number;
  readonly httpUrl: string;
}

const ANSWER_MS_MAX = 30_000;

export function createVirtualCart({ mllpPort, httpUrl }: CartOptions): VirtualCart {
  const client = createMllpClient({ host: '127.0.0.1', port: mllpPort, timeoutMs: ANSWER_MS_MAX });
  return {
    async byMllp(reading, controlId) {
      const { code } = await client.send(message(reading, controlId));
      return { door: 'mllp', answer: code, receiptId: null };
    },
    async byRest(reading, as, controlId) {
      const body =
        as === 'fhir' ? JSON.stringify(toObservation(reading)) : message(reading, controlId);
      const type = as === 'fhir' ? 'application/fhir+json' : 'x-application/hl7-v2+er7';
      const answer = await fetch(new URL('/api/ecgs', httpUrl), {
        method: 'POST',
        headers: { 'content-type': type },
        body,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const receiptId = answer.headers.get('location')?.split('/').at(-1) ?? null;
      return { door: `rest ${as}`, answer: String(answer.status), receiptId };
    },
    close: () => {
      client.close();
    },
  };
}

function message(reading: Reading, controlId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    toOru(reading, {
      controlId,
      sendingApplication: 'CART',
      sendingFacility: 'ED',
      receivingApplication: 'LEADWIRE',
      receivingFacility: 'HOSPITAL',
      sentAt: controlTime(reading),
    }),
  );
}

/** MSH-7: when the ECG was taken, as a cart that sends at once has it. */
function controlTime({ acquired }: Reading): string {
  const digits = (acquired?.local ?? '').replace(/\D/g, '');
  return `${digits.slice(0, 14)}+0000`;
}
