import { createVirtualCart, type CartOptions, type VirtualCart } from '../sandbox/cart/cart.js';
import { noAnswer } from '../sandbox/cart/answers.js';
import type { Answer } from '../sandbox/cart/way.js';
import { play } from '../sandbox/ed/story.js';
import { createVisits, type VisitWish } from '../sandbox/ed/visit.js';
import { truthInWords } from '../sandbox/ed/words.js';
import { createDecoder } from '../decoder.js';
import { openPictures } from './pictures.js';
import { sendFile } from './send-files.js';
import { parseSend, SEND_USAGE, type SendOptions } from './send-options.js';

/** Sends files or simulated ECGs as a cart would. The exit code says whether all were accepted. */
export async function send(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(SEND_USAGE);
    return 0;
  }
  const options = parseSend(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${SEND_USAGE}`);
    return 1;
  }
  const cart = cartFor(options);
  if (typeof cart === 'string') {
    process.stderr.write(`${cart}\n`);
    return 1;
  }
  try {
    const refused =
      options.condition === null ? await sendFiles(cart, options) : await sendCases(cart, options);
    return refused === 0 ? 0 : 1;
  } finally {
    cart.close();
  }
}

async function sendFiles(cart: VirtualCart, options: SendOptions): Promise<number> {
  let refused = 0;
  const pictures = openPictures();
  const decode = createDecoder((picture) => pictures.read(picture));
  for (const path of options.files) {
    try {
      for (const { title, answer } of await sendFile(path, cart, options, decode)) {
        refused += tell(title, answer);
      }
    } catch (error) {
      refused += tell(path, { ...noAnswer(error), code: 'not sent' });
    }
  }
  await pictures.close();
  return refused;
}

async function sendCases(cart: VirtualCart, options: SendOptions): Promise<number> {
  const { condition, count, ratePerMinute, by, story, seed, ageYears, sex, patient } = options;
  const nextVisit = createVisits(seed);
  const wish: VisitWish = {
    ...(condition ? { condition } : {}),
    ...(ageYears === null ? {} : { ageYears }),
    ...(sex ? { sex } : {}),
  };
  // Seeds repeat, control ids must not: a service takes the same id for the same message.
  const run = Date.now().toString(36).toUpperCase();
  const startMs = Date.now();
  let refused = 0;
  for (let i = 0; i < count; i += 1) {
    if (ratePerMinute !== null) await waitUntil(startMs + (i * 60_000) / ratePerMinute);
    const drawn = nextVisit(Date.now(), wish);
    const visit = patient
      ? { ...drawn, reading: { ...drawn.reading, patient: { ...patient, others: [], name: null } } }
      : drawn;
    const { truth } = visit;
    const title = `${truthInWords(truth)}, ${truth.ageYears} ${truth.sex}`;
    const sent = await play({ kind: story, way: by, secondWay: by }, visit, cart, `${run}${i + 1}`);
    for (const one of sent) refused += tell(`${title} by ${one.title}`, one.answer);
  }
  return refused;
}

/** One line; 1 for a refusal. */
function tell(title: string, { code, accepted, told, receiptId, place }: Answer): number {
  const more = [
    told,
    receiptId === null ? null : `receipt ${receiptId}`,
    place === null ? null : `at ${place}`,
  ].filter((one) => one !== null);
  process.stdout.write(`${[`${title}: ${code}`, ...more].join(', ')}\n`);
  return accepted ? 0 : 1;
}

/** The cart with the one way that is asked for, or both where each file decides; else what is wrong. */
function cartFor(options: SendOptions): VirtualCart | string {
  const { by, to, token, file } = options;
  const common: CartOptions = { token, file, beside: besideOf(options) };
  if (by === '') {
    const mllp = parseHostPort(to);
    const rest = options.isToGiven ? {} : { httpUrl: 'http://127.0.0.1:3000' };
    if (mllp) return createVirtualCart({ ...common, mllp, ...rest });
    return URL.canParse(to)
      ? createVirtualCart({ ...common, httpUrl: to })
      : '--to is HOST:PORT or an address.';
  }
  if (by.startsWith('mllp')) {
    const mllp = parseHostPort(to);
    return mllp ? createVirtualCart({ ...common, mllp }) : '--to is HOST:PORT for MLLP.';
  }
  if (by === 'folder') return createVirtualCart({ ...common, folder: to });
  if (!/^https?:/.test(to) || !URL.canParse(to)) return '--to is an http address here.';
  return createVirtualCart({ ...common, ...(by === 'fhir' ? { ehrUrl: to } : { httpUrl: to }) });
}

function besideOf({ condition, patient, ageYears, sex }: SendOptions): Record<string, string> {
  if (condition !== null) return {};
  return {
    ...(patient ? { patient: `${patient.authority}|${patient.value}` } : {}),
    ...(ageYears === null ? {} : { age: String(ageYears) }),
    ...(sex ? { sex } : {}),
  };
}

function parseHostPort(text: string): { host: string; port: number } | null {
  const [, host, port] = /^(?:mllp:\/\/)?\[?([^\s/[\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined || /^https?$/.test(host)) return null;
  return Number(port) > 0 && Number(port) <= 65_535 ? { host, port: Number(port) } : null;
}

function waitUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
