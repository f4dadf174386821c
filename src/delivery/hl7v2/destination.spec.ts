import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Message } from '../../wire/hl7v2/message.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import { frame, Framer } from '../../wire/hl7v2/framer.js';
import { createMllpClient } from '../../wire/mllp/client.js';
import { sampleAlert, sampleAssessment, sampleOrder } from '../order.fixtures.js';
import type { Attempt, Order } from '../destination.js';
import { createHl7Destination } from './destination.js';
import { controlIdOf } from './head.js';
import { components, segment, text } from './segments.js';
import { toOruAlert } from './alert.js';
import { toOruResult, toOruRetraction } from './result.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const read = (written: string): Message => {
  const parsed = parseMessage(Buffer.from(written));
  if (!parsed.ok) throw new Error(parsed.failure.detail);
  return parsed.value;
};

/** A receiver that answers each message with what the test says; null keeps silent. */
async function receiver(answers: readonly (string | null)[]) {
  const got: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    closers.push(() => socket.destroy());
    const framer = new Framer();
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind !== 'frame') continue;
        const written = Buffer.from(event.bytes).toString();
        const code = answers[Math.min(got.length, answers.length - 1)] ?? null;
        got.push(written);
        const id = written.split('|')[9] ?? '';
        const error = code === 'AA' ? '' : 'ERR||PID^1|207^words of the receiver^HL70357|E\r';
        if (code === null) continue;
        socket.write(
          frame(Buffer.from(`MSH|^~\\&|R|R|||1||ACK|A|P|2.6\rMSA|${code}|${id}\r${error}`)),
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const client = createMllpClient({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    timeoutMs: 150,
  });
  closers.push(() => {
    client.close();
  });
  const destination = createHl7Destination({
    name: 'ris',
    kinds: ['result', 'alert', 'escalation', 'alert-update', 'retraction'],
    client,
    receiver: { application: 'RIS', facility: 'HOSP' },
    withPicture: false,
    unansweredMax: 3,
  });
  return { destination, got };
}

const ATTEMPT: Attempt = { outcomeUnknown: false, beforeWrite: () => Promise.resolve() };
const paging = (): Order =>
  sampleOrder({
    kind: 'alert',
    assessment: sampleAssessment({
      alert: { raise: true, findingIds: ['omi'] },
      evaluationOnly: false,
    }),
  });

describe('an HL7 v2 destination', () => {
  test('sends a result and takes AA for its standing', async () => {
    const { destination, got } = await receiver(['AA']);
    const order = sampleOrder();
    await expect(destination.deliver(order, ATTEMPT)).resolves.toEqual({
      reference: controlIdOf(order),
      found: false,
    });
    expect(got).toEqual([toOruResult(order, FORM)]);
  });

  test.each([
    ['AE', 'destination-busy', 'transient'],
    ['CE', 'destination-busy', 'transient'],
    ['AR', 'destination-refused', 'permanent'],
    ['CR', 'destination-refused', 'permanent'],
  ])('answered with %s fails as %s, with no word of the receiver', async (code, name, kind) => {
    const { destination } = await receiver([code]);
    await expect(destination.deliver(sampleOrder(), ATTEMPT)).rejects.toMatchObject({
      failure: { code: name, class: kind, detail: `the receiver answered ${code} (207)` },
    });
  });

  test('repeats under the same id where no answer came, and stops at the bound', async () => {
    const { destination, got } = await receiver([null]);
    const send = () => destination.deliver(sampleOrder(), ATTEMPT);
    for (let i = 0; i < 2; i += 1) {
      await expect(send()).rejects.toMatchObject({ failure: { class: 'ambiguous' } });
    }
    await expect(send()).rejects.toMatchObject({
      failure: { code: 'gave-up', class: 'permanent' },
    });
    expect(new Set(got.map((one) => one.split('|')[9])).size).toBe(1);
    expect(got).toHaveLength(3);
  });

  test('that answers in the end is counted from the beginning again', async () => {
    const { destination } = await receiver([null, null, 'AA', null, null]);
    const send = () => destination.deliver(sampleOrder(), ATTEMPT);
    const ends = [];
    for (let i = 0; i < 5; i += 1) ends.push(await send().then(String, () => 'unanswered'));
    expect(ends.filter((end) => end === 'unanswered')).toHaveLength(4);
    await expect(send()).rejects.toMatchObject({ failure: { code: 'gave-up' } });
  });

  test('sends nothing before the ledger knows that bytes leave', async () => {
    const { destination, got } = await receiver(['AA']);
    const beforeWrite = () => Promise.reject(new Error('lease lost'));
    await expect(
      destination.deliver(sampleOrder(), { outcomeUnknown: false, beforeWrite }),
    ).rejects.toThrow('lease lost');
    expect(got).toEqual([]);
  });
});

const END = { ecgId: 'ecg-1', why: 'moved', byEcgId: 'ecg-2', receiptId: 'r', atMs: 0 } as const;
const takingBack = (told: Order['told'] = [], more: Partial<Order> = {}): Order => ({
  ...paging(),
  deliveryId: 'delivery-0123456789abcdef0123456789abcdef',
  kind: 'retraction',
  end: END,
  told,
  ...more,
});

describe('what was told is taken back', () => {
  test.each([
    [['result'], ['R01']],
    [['alert', 'alert-update'], ['R40']],
    [
      ['result', 'alert'],
      ['R01', 'R40'],
    ],
    [[], []],
  ] as const)('of %j by %j, each under an id of its own', async (told, types) => {
    const { destination, got } = await receiver(['AA']);
    const order = takingBack(told, { alert: sampleAlert() });
    await destination.deliver(order, ATTEMPT);
    const heads = got.map((one) => read(one).header);
    expect(heads.map((head) => head.field(9).slice(4, 7))).toEqual(types);
    const ids = heads.map((head) => head.field(10));
    expect(new Set(ids).size).toBe(types.length);
    for (const id of ids) expect(id).toHaveLength(20);
  });

  test.each([
    ['moved', 'W'],
    ['withdrawn', 'D'],
    ['corrected', 'D'],
  ] as const)('a result that was %s row by row with status %s and no value', (why, status) => {
    const order = takingBack(['result'], { end: { ...END, why } });
    const before = read(toOruResult({ ...order, kind: 'result' }, FORM)).segments;
    const after = read(toOruRetraction(order, null)).segments;
    const rows = (all: typeof after) => all.filter(({ id }) => id === 'OBX');
    const named = (all: typeof after) =>
      rows(all).map((row) => [1, 2, 3, 4].map((at) => row.field(at).text()).join());
    expect(named(after)).toEqual(named(before));
    expect(rows(after).every((row) => row.field(11).text() === status)).toBe(true);
    expect(rows(after).every((row) => row.field(5).text() === '')).toBe(true);
    const request = (all: typeof after) => all.find(({ id }) => id === 'OBR');
    expect(request(after)?.field(3).text()).toBe(request(before)?.field(3).text());
    expect(request(after)?.field(25).text()).toBe('X');
    expect(
      after
        .find(({ id }) => id === 'NTE')
        ?.field(3)
        .text(),
    ).toContain('Withdrawn');
  });
});

const FORM = { receiver: { application: 'RIS', facility: 'HOSP' }, pictureBase64: null } as const;

describe('ORU^R01', () => {
  test('holds each finding as a number and in words, and says that it is for evaluation', () => {
    const order = sampleOrder();
    const message = read(toOruResult(order, { ...FORM, pictureBase64: 'aGk=' }));
    const rows = message.segments.filter(({ id }) => id === 'OBX');
    expect(message.header.field(11)).toBe('T');
    expect(rows[0]?.field(5).text()).toBe('0.9341');
    expect(rows[0]?.field(8).text()).toBe('A');
    expect(rows.at(-1)?.field(2).text()).toBe('ED');
    expect(toOruResult(order, { ...FORM, pictureBase64: 'aGk=' })).toContain('^IM^PNG^Base64^aGk=');
  });

  test('a name that tries to be a segment stays a name', () => {
    const family = 'Doe\rNTE|1|forged^x&y~z\\';
    const patient = { authority: 'H', value: '1', others: [], name: { family, given: 'Jo' } };
    const written = toOruResult(sampleOrder({}, { patient }), FORM);
    expect(written.split('\r').filter((one) => one.startsWith('NTE'))).toEqual([]);
    const pid = read(written).segments.find(({ id }) => id === 'PID');
    expect(pid?.field(5).component(1).text()).toBe('Doe\nNTE|1|forged^x&y~z\\');
  });
});

describe('ORU^R40', () => {
  test('tells its priority in OBX-8 of the first facet', () => {
    const message = read(toOruAlert(paging(), null));
    const [first, ...others] = message.segments.filter(({ id }) => id === 'OBX');
    expect(message.header.field(9)).toBe('ORU^R40^ORU_R40');
    expect(message.header.field(11)).toBe('P');
    expect(first?.field(4).text()).toBe('1.0.0.0.1');
    expect(toOruAlert(paging(), null)).toContain('|A~PH~SP|');
    expect(others).toHaveLength(6);
  });

  test('of an urgent alert is of medium priority', () => {
    expect(toOruAlert({ ...paging(), alert: sampleAlert({ urgency: 'urgent' }) }, null)).toContain(
      '|A~PM~SP|',
    );
  });

  test('of a storm speaks of all its ECGs, and an escalation says that nobody answered', () => {
    const storm = sampleAlert({ isStorm: true, patientKey: null, assessmentIds: ['a', 'b', 'c'] });
    expect(toOruAlert({ ...paging(), alert: storm }, null)).toContain('3 ECGs or more');
    const escalation: Order = { ...paging(), kind: 'escalation', alert: sampleAlert() };
    expect(toOruAlert(escalation, null)).toContain('Nobody has acknowledged');
  });
});

describe('what becomes of an alert', () => {
  test.each([
    ['acknowledged', 'update', 'active', 'alert-acknowledged'],
    ['escalated', 'escalate', 'active', 'enabled'],
    ['resolved', 'end', 'inactive', 'enabled'],
    ['superseded', 'end', 'inactive', 'enabled'],
  ] as const)('%s is told under the same OBR-3 as %s', (state, phase, alarm, inactivation) => {
    const alert = sampleAlert({ state, acknowledgedBy: 'dr-a' });
    const told = read(toOruAlert({ ...paging(), kind: 'alert-update', alert }, null));
    const page = read(toOruAlert({ ...paging(), alert }, null));
    const request = (one: Message) =>
      one.segments
        .find(({ id }) => id === 'OBR')
        ?.field(3)
        .text();
    expect(request(told)).toBe(request(page));
    const facets = told.segments.filter(({ id }) => id === 'OBX').map((row) => row.field(5).text());
    expect(facets.slice(2, 5)).toEqual([phase, alarm, inactivation]);
    expect(facets[0]).not.toContain('Read the ECG now');
  });
});

describe('a segment', () => {
  test('ends with its last field that says something', () => {
    expect(segment('OBX', { 1: '1', 5: text('a|b'), 8: components('', '') })).toBe(
      'OBX|1||||a\\F\\b',
    );
  });
});
