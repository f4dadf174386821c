import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Framer, frame, type FrameEvent } from './framer.js';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function framesOf(events: readonly FrameEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'frame' ? [textOf(event.bytes)] : []));
}

function garbageOf(events: readonly FrameEvent[]): number {
  return events.reduce((sum, event) => sum + (event.kind === 'garbage' ? event.byteCount : 0), 0);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('MLLP framer', () => {
  const one = 'MSH|^~\\&|A|B\rPID|||1\r';
  const two = 'MSH|^~\\&|C|D\rPID|||2\r';
  const stream = concat(frame(bytesOf(one)), frame(bytesOf(two)));

  test('every split point of a two-frame stream gives the same two messages', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const framer = new Framer();
      const events = [
        ...framer.push(stream.subarray(0, cut)),
        ...framer.push(stream.subarray(cut)),
      ];
      expect(framesOf(events)).toEqual([one, two]);
    }
  });

  test('any cutting of any stream gives what the uncut stream gives', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(...[0x0b, 0x1c, 0x0d, 0x0a].map((byte) => Uint8Array.of(byte))),
      fc.constantFrom(frame(bytesOf(one)), bytesOf('\x0bMSH|'), bytesOf('\x1c\r')),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(40)), (pieces, cuts) => {
        const whole = concat(...pieces);
        const uncut = new Framer().push(whole);
        const framer = new Framer();
        const events: FrameEvent[] = [];
        let at = 0;
        for (const cut of cuts) {
          events.push(...framer.push(whole.subarray(at, at + cut)));
          at = Math.min(whole.length, at + cut);
        }
        events.push(...framer.push(whole.subarray(at)));
        expect(framesOf(events)).toEqual(framesOf(uncut));
        expect(garbageOf(events)).toBe(garbageOf(uncut));
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('one and a half frames give one message and keep the half', () => {
    const framer = new Framer();
    const half = frame(bytesOf(one)).length + 9;
    expect(framesOf(framer.push(stream.subarray(0, half)))).toEqual([one]);
    expect(framer.open).toBe(true);
    expect(framesOf(framer.push(stream.subarray(half)))).toEqual([two]);
    expect(framer.open).toBe(false);
    expect(framer.heldBytes).toBe(0);
  });

  test('bytes between messages are counted, line ends between them are not', () => {
    const events = new Framer().push(bytesOf(`GET /\r\n\x0b${one}\x1c\r\r\n\x0b${two}\x1c\r`));
    expect(framesOf(events)).toEqual([one, two]);
    expect(garbageOf(events)).toBe('GET /'.length);
  });

  test('an end block inside a message is a part of it', () => {
    expect(framesOf(new Framer().push(bytesOf('\x0bMSH|a\x1cb\x1c\x1c\r')))).toEqual([
      'MSH|a\x1cb\x1c',
    ]);
  });

  test('a missing carriage return never joins two patients', () => {
    const events = new Framer().push(bytesOf(`\x0b${one}\x1c\x0b${two}\x1c\r`));
    expect(framesOf(events)).toEqual([one, two]);
  });

  test('a message begun anew in mid-message leaves only the new one', () => {
    const events = new Framer().push(bytesOf(`\x0bMSH|^~\\&|half\x0b${two}\x1c\r`));
    expect(framesOf(events)).toEqual([two]);
    expect(garbageOf(events)).toBe('MSH|^~\\&|half'.length);
  });

  test('a vertical tab inside a note is a part of the message', () => {
    const noted = 'MSH|^~\\&|A\rOBX|1|TX|||line\x0bline\r';
    expect(framesOf(new Framer().push(frame(bytesOf(noted))))).toEqual([noted]);
  });

  test('a message over the bound is thrown away in bounded memory, its beginning kept', () => {
    const framer = new Framer({ frameBytesMax: 1000, headBytesMax: 64 });
    const long = bytesOf(`\x0b${one}${'x'.repeat(5000)}\x1c\r`);
    const events: FrameEvent[] = [];
    for (let at = 0; at < long.length; at += 100) {
      events.push(...framer.push(long.subarray(at, at + 100)));
      expect(framer.heldBytes).toBeLessThanOrEqual(1000);
    }
    events.push(...framer.push(frame(bytesOf(two))));
    expect(framesOf(events)).toEqual([two]);
    const oversize = events.find((event) => event.kind === 'oversize');
    expect(oversize).toMatchObject({ byteCount: one.length + 5000, ended: true });
    expect(textOf((oversize as { head: Uint8Array }).head)).toBe(
      `${one}${'x'.repeat(64)}`.slice(0, 64),
    );
  });

  test('a sender that never ends is told apart from one that does', () => {
    const framer = new Framer({ frameBytesMax: 100, headBytesMax: 10, discardBytesMax: 1000 });
    const events = framer.push(bytesOf(`\x0b${'y'.repeat(2000)}`));
    expect(events).toMatchObject([{ kind: 'oversize', ended: false }]);
    expect(framer.push(frame(bytesOf(one)))).toEqual([]);
  });

  test('hostile streams cost time in proportion to their length', () => {
    const framer = new Framer({ frameBytesMax: 4_000_000, discardBytesMax: 8_000_000 });
    const before = process.cpuUsage();
    framer.push(new Uint8Array(4_000_000).fill(0x0b));
    framer.push(bytesOf('\x1c\r\x0b'));
    framer.push(new Uint8Array(4_000_001));
    for (let i = 0; i < 50_000; i += 1) framer.push(Uint8Array.of(0x1c, 0x41));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  test('the bound is exact', () => {
    const framer = new Framer({ frameBytesMax: 10 });
    expect(framer.push(frame(bytesOf('0123456789')))).toMatchObject([{ kind: 'frame' }]);
    expect(framer.push(frame(bytesOf('01234567890')))).toMatchObject([{ kind: 'oversize' }]);
  });

  test('an 8 MB message in 1,448-byte pieces costs less than 0.3 s of CPU', () => {
    const message = new Uint8Array(8 * 1024 * 1024).fill(0x41);
    const framed = frame(message);
    const framer = new Framer();
    const before = process.cpuUsage();
    let events: FrameEvent[] = [];
    for (let at = 0; at < framed.length; at += 1448) {
      events = framer.push(framed.subarray(at, at + 1448));
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(0.3);
    expect(framesOf(events)[0]?.length).toBe(message.length);
  });

  test('a message of one-byte pieces is held in bytes, not in objects', () => {
    const framer = new Framer();
    const before = process.memoryUsage().heapUsed;
    framer.push(Uint8Array.of(0x0b));
    for (let i = 0; i < 300_000; i += 1) framer.push(Uint8Array.of(0x41));
    expect(framer.heldBytes).toBe(300_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });
});
