import { fail, failureOf } from '../../core/failure.js';
import type { DeliveryKind } from '../../ledger/ledger.js';
import { readAcknowledgement } from '../../wire/hl7v2/acknowledgement.js';
import type { MllpAnswer, MllpClient } from '../../wire/mllp/client.js';
import type { Attempt, Destination, Order, Standing } from '../destination.js';
import { hasSomethingToSay } from '../fhir/form.js';
import { isPage, pagedFindings } from '../page-wording.js';
import { toOruAlert } from './alert.js';
import { controlIdOf, type Receiver } from './head.js';
import { toPicture } from './picture.js';
import { toOruResult, toOruRetraction } from './result.js';

export interface Hl7DestinationOptions {
  readonly name: string;
  readonly kinds: readonly DeliveryKind[];
  readonly client: Pick<MllpClient, 'send'>;
  readonly receiver: Receiver | null;
  readonly withPicture: boolean;
  /** Sends of one message whose answer did not come, before a person has to look. */
  readonly unansweredMax?: number;
}

/** A receiver that takes no answer back so often has a fault that one more message does not mend. */
export const UNANSWERED_MAX = 10;
/** Messages whose answers are awaited again are few; the oldest are forgotten first. */
const REMEMBERED_MAX = 1_000;

/**
 * An MLLP receiver of results and pages. One message is under way at a time, so the order in which a
 * patient's messages are taken up is the order in which they arrive. A send whose answer did not come
 * is repeated under the same MSH-10, by which the receiver knows it.
 */
export function createHl7Destination(options: Hl7DestinationOptions): Destination {
  return new Hl7Destination(options);
}

class Hl7Destination implements Destination {
  readonly name: string;
  readonly kinds: readonly DeliveryKind[];
  readonly inOrder = true;
  readonly #unanswered = new Map<string, number>();

  constructor(private readonly options: Hl7DestinationOptions) {
    this.name = options.name;
    this.kinds = options.kinds;
  }

  async deliver(order: Order, attempt: Attempt): Promise<Standing> {
    const messages = this.#write(order);
    if (messages.length === 0) return { reference: null, found: false };
    await attempt.beforeWrite();
    for (const message of messages) await this.#send(message);
    return { reference: controlIdOf(order), found: false };
  }

  async #send({ controlId, text }: Outgoing): Promise<void> {
    try {
      settle(await this.options.client.send(Buffer.from(text, 'utf8')));
    } catch (error) {
      if (failureOf(error).class === 'ambiguous') this.#count(controlId, error);
      throw error;
    }
    this.#unanswered.delete(controlId);
  }

  #write(order: Order): readonly Outgoing[] {
    const { receiver, withPicture } = this.options;
    const controlId = controlIdOf(order);
    if (order.kind === 'retraction') return retractionOf(order, receiver);
    if (order.kind === 'alert-update') return [{ controlId, text: toOruAlert(order, receiver) }];
    if (!isWorthSending(order)) return [];
    if (isPage(order)) return [{ controlId, text: toOruAlert(order, receiver) }];
    const pictureBase64 = withPicture ? Buffer.from(toPicture(order)).toString('base64') : null;
    return [{ controlId, text: toOruResult(order, { receiver, pictureBase64 }) }];
  }

  /** Throws for good at the bound, so that the message is parked where people see it. */
  #count(controlId: string, cause: unknown): void {
    const times = (this.#unanswered.get(controlId) ?? 0) + 1;
    this.#unanswered.set(controlId, times);
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > REMEMBERED_MAX && oldest !== undefined) {
      this.#unanswered.delete(oldest);
    }
    if (times < (this.options.unansweredMax ?? UNANSWERED_MAX)) return;
    this.#unanswered.delete(controlId);
    throw fail('gave-up', `sent ${times} times, and no answer came`, { cause });
  }
}

interface Outgoing {
  readonly controlId: string;
  readonly text: string;
}

/** Of what was told there, the result first, then the alert: one delivery, at most two messages. */
function retractionOf(order: Order, receiver: Receiver | null): readonly Outgoing[] {
  const told = order.told ?? [];
  const isResult = told.includes('result');
  const isPaged = told.some((kind) => kind === 'alert' || kind === 'escalation');
  return [
    ...(isResult
      ? [{ controlId: controlIdOf(order), text: toOruRetraction(order, receiver) }]
      : []),
    ...(isPaged
      ? [{ controlId: controlIdOf(order, isResult), text: toOruAlert(order, receiver) }]
      : []),
  ];
}

function isWorthSending(order: Order): boolean {
  if (isPage(order)) return order.assessment.alert.raise || pagedFindings(order).length > 0;
  return hasSomethingToSay(order.assessment);
}

/** AA and CA are done; AE and CE may be taken later; AR and CR never. */
function settle({ code, bytes }: MllpAnswer): void {
  const why = errorCodeIn(bytes);
  switch (code) {
    case 'AA':
    case 'CA':
      return;
    case 'AE':
    case 'CE':
      throw fail('destination-busy', `the receiver answered ${code}${why}`);
    case 'AR':
    case 'CR':
      throw fail('destination-refused', `the receiver answered ${code}${why}`);
    default:
      throw fail('destination-outcome-unknown', 'the receiver answered with no code of HL7');
  }
}

/** The number of table 0357 alone: a receiver's words may quote the message. */
function errorCodeIn(bytes: Uint8Array): string {
  const found = /\rERR\|[^|\r]*\|[^|\r]*\|(\d{1,3})(?=[\^|\r])/.exec(
    Buffer.from(bytes).toString('latin1'),
  );
  return readAcknowledgement(bytes) && found?.[1] !== undefined ? ` (${found[1]})` : '';
}
