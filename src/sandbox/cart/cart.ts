import type { Reading } from '../../core/ecg/reading.js';
import { createMllpClient } from '../../wire/mllp/client.js';
import { FILE_WRITERS, MESSAGE_FORMS, type FileWriter } from './forms.js';
import { ANSWER_MS_MAX, type Answer, type Way } from './way.js';
import { ehrWay, folderWay, mllpWay, restWay } from './ways.js';

/** Where a cart may send to. A way exists where its address does. */
export interface CartOptions {
  readonly mllp?: { readonly host: string; readonly port: number };
  readonly httpUrl?: string;
  readonly ehrUrl?: string;
  readonly folder?: string;
  /** For REST, or for the EHR. */
  readonly token?: string | null;
  /** What stands beside the bytes over REST. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The format of files, where one is asked for. */
  readonly file?: FileWriter | null;
}

/** A cart on wheels: sends ECGs by whichever way. */
export interface VirtualCart {
  readonly ways: readonly Way[];
  /** Throws for a way that does not exist here. */
  way(name: string): Way;
  close(): void;
}

export function createVirtualCart(options: CartOptions): VirtualCart {
  const { mllp, httpUrl, ehrUrl, folder, token = null, beside = {}, file = null } = options;
  const client = mllp ? createMllpClient({ ...mllp, timeoutMs: ANSWER_MS_MAX }) : null;
  const enclosed = file ?? FILE_WRITERS[0] ?? null;
  const ways: readonly Way[] = [
    ...(client ? MESSAGE_FORMS.map((form) => mllpWay(form, client, enclosed)) : []),
    ...(httpUrl === undefined
      ? []
      : (['rest', 'rest-fhir'] as const).map((as) =>
          restWay(as, { httpUrl, token, beside }, file),
        )),
    ...(ehrUrl === undefined ? [] : [ehrWay(ehrUrl, token)]),
    ...(folder === undefined ? [] : [folderWay(folder, file)]),
  ];
  return {
    ways,
    way(name) {
      const found = ways.find((one) => one.name === name);
      if (!found) throw new RangeError(`the cart has no way ${name}`);
      return found;
    },
    close: () => {
      client?.close();
    },
  };
}

export function sendBy(
  cart: VirtualCart,
  name: string,
  reading: Reading,
  controlId: string,
): Promise<Answer> {
  const way = cart.way(name);
  return way.carry(way.load({ reading, controlId }));
}
