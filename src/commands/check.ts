import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { envelopeOf } from '../sandbox/cart/forms.js';
import { createVisits } from '../sandbox/ed/visit.js';
import { toOru } from '../formats/hl7v2/write.js';
import { createMllpClient } from '../wire/mllp/client.js';

const USAGE = `leadwire check [--mllp HOST:PORT] [--http URL] [--token-file F] [--seconds N]

Sends one simulated ECG, marked as a test (MSH-11 T), through the MLLP port of a running service, and
waits until it is assessed. It pages nobody. Exit code 1 when it is not, with the reason.
`;

const ANSWER_MS_MAX = 15_000;
const LOOK_EVERY_MS = 500;

/** From the wire to the assessment, as a sender sees it: what an installation has to prove. */
export async function check(args: readonly string[]): Promise<number> {
  const options = parseCheck(args);
  if (options === null) {
    process.stderr.write(USAGE);
    return 1;
  }
  const controlId = `CHECK-${Date.now().toString(36).toUpperCase()}`;
  try {
    const code = await send(controlId, options);
    process.stdout.write(`sent ${controlId}: answered ${code}\n`);
    if (code !== 'AA' && code !== 'CA') return 1;
    const told = await assessed(controlId, options);
    process.stdout.write(`${told.words}\n`);
    return told.isDone ? 0 : 1;
  } catch (error) {
    process.stdout.write(`failed: ${error instanceof Error ? error.message : 'unknown'}\n`);
    return 1;
  }
}

interface CheckOptions {
  readonly host: string;
  readonly port: number;
  readonly http: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
}

function parseCheck(args: readonly string[]): CheckOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mllp: { type: 'string', default: '127.0.0.1:2575' },
      http: { type: 'string', default: 'http://127.0.0.1:3000' },
      'token-file': { type: 'string' },
      seconds: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  });
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(values.mllp) ?? [];
  const seconds = Number(values.seconds);
  const isUsable = URL.canParse(values.http) && Number.isFinite(seconds) && seconds > 0;
  if (values.help || host === undefined || !isUsable) return null;
  const file = values['token-file'];
  return {
    host,
    port: Number(port),
    http: values.http,
    headers:
      file === undefined ? {} : { authorization: `Bearer ${readFileSync(file, 'utf8').trim()}` },
    seconds,
  };
}

async function send(controlId: string, { host, port }: CheckOptions): Promise<string> {
  // Of the moment, so that two checks never send the same ECG.
  const { reading } = createVisits(Date.now())(Date.now(), { condition: 'omi-rca' });
  const client = createMllpClient({ host, port, timeoutMs: ANSWER_MS_MAX });
  try {
    const message = toOru(reading, { ...envelopeOf(controlId, reading), processingId: 'T' });
    return (await client.send(message)).code;
  } finally {
    client.close();
  }
}

interface Told {
  readonly isDone: boolean;
  readonly words: string;
}

async function assessed(controlId: string, options: CheckOptions): Promise<Told> {
  const untilMs = Date.now() + options.seconds * 1000;
  let state = 'not found';
  while (Date.now() < untilMs) {
    const { receipts } = await get<{ receipts: readonly { readonly receiptId: string }[] }>(
      `/api/receipts?messageId=${controlId}`,
      options,
    );
    const id = receipts[0]?.receiptId;
    if (id !== undefined) {
      const standing = await get<{
        readonly assessment: { readonly state: string; readonly result: Result | null } | null;
      }>(`/api/receipts/${id}`, options);
      state = standing.assessment?.state ?? 'no assessment';
      const result = standing.assessment?.result;
      if (result) return { isDone: true, words: wordsOf(result) };
      if (state === 'parked') break;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return { isDone: false, words: `not assessed: ${state}` };
}

interface Result {
  readonly findings: readonly unknown[];
  readonly abstentions: readonly unknown[];
}

function wordsOf({ findings, abstentions }: Result): string {
  return `assessed: ${findings.length} findings, ${abstentions.length} abstentions`;
}

async function get<T>(path: string, { http, headers }: CheckOptions): Promise<T> {
  const answer = await fetch(new URL(path, http), {
    headers,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  if (!answer.ok) throw new Error(`${path.split('?')[0] ?? path} answered ${answer.status}`);
  return (await answer.json()) as T;
}
