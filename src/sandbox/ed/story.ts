import type { Reading } from '../../core/ecg/reading.js';
import { FAULTS, spoil, type Fault } from '../cart/faults.js';
import { sendBy, type VirtualCart } from '../cart/cart.js';
import type { Answer } from '../cart/way.js';
import { createRandom } from '../random.js';
import { VIRTUAL_HOSPITAL, type Visit } from './visit.js';

/** How an ECG comes to the service: once and well, or as it sometimes goes in a hospital. */
export const STORIES = ['plain', 'repeat', 'second-door', 'correction', ...FAULTS] as const;
export type StoryKind = (typeof STORIES)[number];

export interface Story {
  readonly kind: StoryKind;
  readonly way: string;
  /** By which the same ECG comes again, where it does. */
  readonly secondWay: string;
}

/** One thing that was sent, and what was said to it. */
export interface Dispatch {
  readonly way: string;
  readonly title: string;
  readonly controlId: string;
  /** The number under which the ECG went out. */
  readonly patient: string | null;
  readonly answer: Answer;
}

/** Of a thousand ECGs, how many come in each way that is not plain. */
const PER_THOUSAND: Readonly<Record<Exclude<StoryKind, 'plain'>, number>> = {
  repeat: 50,
  'second-door': 50,
  correction: 40,
  'broken-base64': 10,
  'eleven-leads': 10,
  'not-a-number': 10,
  'cut-message': 10,
};

/** The usual mix, by the ways there are. */
export function createMix(seed: number, ways: readonly string[]): () => Story {
  const random = createRandom(seed ^ 0x0570);
  return () => {
    let left = random.next() * 1000;
    const drawn = Object.entries(PER_THOUSAND).find(([, count]) => (left -= count) < 0)?.[0];
    const first = Math.floor(random.next() * ways.length);
    return {
      kind: (drawn ?? 'plain') as StoryKind,
      way: ways[first] ?? '',
      secondWay: ways[(first + 1) % ways.length] ?? '',
    };
  };
}

export function faultOf({ kind }: Story): Fault | null {
  return FAULTS.find((fault) => fault === kind) ?? null;
}

/** Plays a story to its end. Every message it sends has a control id of its own, or the same again. */
export async function play(
  story: Story,
  { reading }: Visit,
  cart: VirtualCart,
  controlId: string,
): Promise<readonly Dispatch[]> {
  const send = async (way: string, one: Reading, id: string): Promise<Dispatch> =>
    dispatch(cart, way, id, one, await sendBy(cart, way, one, id));
  switch (story.kind) {
    case 'plain':
      return [await send(story.way, reading, controlId)];
    case 'repeat':
      return [await send(story.way, reading, controlId), await send(story.way, reading, controlId)];
    case 'second-door':
      return [
        await send(story.way, reading, controlId),
        await send(story.secondWay, reading, `${controlId}-2`),
      ];
    case 'correction':
      return [
        await send(story.way, underTemporaryIdentity(reading, controlId), controlId),
        await send(story.way, { ...reading, status: 'corrected' }, `${controlId}-C`),
      ];
    case 'broken-base64':
    case 'eleven-leads':
    case 'not-a-number':
    case 'cut-message':
      return [await sendSpoilt(story.kind, reading, cart, controlId)];
  }
}

/** Faults are those of HL7 v2 messages, whatever way was drawn. */
async function sendSpoilt(
  fault: Fault,
  reading: Reading,
  cart: VirtualCart,
  controlId: string,
): Promise<Dispatch> {
  const way = cart.ways.some(({ name }) => name === 'mllp') ? 'mllp' : 'rest';
  const load = cart.way(way).load({ reading, controlId });
  const bytes = spoil(load.bytes, fault);
  return dispatch(cart, way, controlId, reading, await cart.way(way).carry({ ...load, bytes }));
}

/** As a cart does whose operator could not wait for the admission desk. */
function underTemporaryIdentity(reading: Reading, controlId: string): Reading {
  return {
    ...reading,
    patient: { authority: VIRTUAL_HOSPITAL, value: `TEMP-${controlId}`, others: [], name: null },
    encounter: null,
    status: 'preliminary',
  };
}

function dispatch(
  cart: VirtualCart,
  way: string,
  controlId: string,
  { patient }: Reading,
  answer: Answer,
): Dispatch {
  const { title } = cart.way(way);
  return { way, title, controlId, patient: patient?.value ?? null, answer };
}
