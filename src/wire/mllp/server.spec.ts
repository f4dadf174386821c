import { describe, expect, test } from '@jest/globals';
import { bytesOf, echo, framed, opened, sender, textOf } from '../../../test/support/mllp.js';

describe('MLLP server', () => {
  test('messages that arrive together are answered one by one and in order', async () => {
    let running = 0;
    const { server } = await opened({
      ...echo,
      async message(bytes) {
        running += 1;
        expect(running).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { bytes };
      },
    });
    const one = await sender(server);
    one.socket.write(Buffer.concat(['a', 'b', 'c', 'd'].map(framed)));
    for (const expected of ['a', 'b', 'c', 'd']) expect(await one.answer()).toBe(expected);
  });

  test('what is to be done after an answer is done before the next message', async () => {
    const order: string[] = [];
    const { server } = await opened({
      ...echo,
      message(bytes) {
        order.push(textOf(bytes));
        const afterwards = async (): Promise<void> => {
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`after ${textOf(bytes)}`);
        };
        return Promise.resolve({ bytes, afterwards });
      },
    });
    const one = await sender(server);
    one.socket.write(Buffer.concat([framed('1'), framed('2')]));
    await one.answer();
    await one.answer();
    expect(order.slice(0, 3)).toEqual(['1', 'after 1', '2']);
  });

  test('a socket is read no further while its message is handled', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { server } = await opened({
      ...echo,
      async message() {
        await held;
        return { bytes: bytesOf('done') };
      },
    });
    const one = await sender(server);
    one.socket.write(framed('first'));
    const flood = Buffer.alloc(1024 * 1024, 0x41);
    let queued = true;
    for (let i = 0; i < 64 && queued; i += 1) {
      queued = await Promise.race([
        new Promise<true>((resolve) =>
          one.socket.write(flood, () => {
            resolve(true);
          }),
        ),
        new Promise<false>((resolve) =>
          setTimeout(() => {
            resolve(false);
          }, 100),
        ),
      ]);
    }
    expect(queued).toBe(false);
    release();
    expect(await one.answer()).toBe('done');
  });

  test('a message without an answer does not keep the next one from its own', async () => {
    const { server } = await opened({
      ...echo,
      message: (bytes) => Promise.resolve({ bytes: textOf(bytes) === 'quiet' ? null : bytes }),
    });
    const one = await sender(server);
    one.socket.write(Buffer.concat([framed('quiet'), framed('loud')]));
    expect(await one.answer()).toBe('loud');
  });

  test('a too long message is answered, and the connection goes on', async () => {
    const { server } = await opened(echo, { frameBytesMax: 1000 });
    const one = await sender(server);
    one.socket.write(Buffer.concat([framed('x'.repeat(3000)), framed('next')]));
    expect(await one.answer()).toBe('TOO LARGE 3000 xxx');
    expect(await one.answer()).toBe('ACK next');
  });

  test('a message without an end is answered once, then cut off', async () => {
    const { server, event } = await opened(echo, { frameBytesMax: 1000 });
    const one = await sender(server);
    one.socket.write(Buffer.concat([bytesOf('\x0b'), Buffer.alloc(10_000, 0x79)]));
    expect(await one.answer()).toMatch(/^TOO LARGE/);
    expect(await one.answer()).toBe('closed');
    expect(await event()).toMatchObject({ kind: 'connection-dropped', why: 'endless-frame' });
  });

  test('an unfinished frame ends after its time, however slowly it drips', async () => {
    const { server, event } = await opened(echo, { frameMsMax: 80 });
    const one = await sender(server);
    one.socket.write('\x0bMSH|');
    const drip = setInterval(() => one.socket.write('x'), 10);
    expect(await event()).toMatchObject({ kind: 'connection-dropped', why: 'frame-unfinished' });
    clearInterval(drip);
    expect(await one.answer()).toBe('closed');
  });

  test('a silent connection ends after its time, one that speaks does not', async () => {
    const { server, event } = await opened(echo, { idleMsMax: 120 });
    const one = await sender(server);
    const startedMs = Date.now();
    for (let i = 0; i < 4; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      one.socket.write(framed(`${i}`));
      expect(await one.answer()).toBe(`ACK ${i}`);
    }
    expect(await event()).toMatchObject({ kind: 'connection-dropped', why: 'idle' });
    expect(Date.now() - startedMs).toBeGreaterThan(300);
  });

  test('a peer that speaks another protocol is cut off', async () => {
    const { server, event } = await opened(echo, { garbageBytesMax: 100 });
    const one = await sender(server);
    one.socket.write('GET / HTTP/1.1\r\n'.repeat(20));
    expect(await event()).toMatchObject({ kind: 'connection-dropped', why: 'garbage' });
    expect(await one.answer()).toBe('closed');
  });

  test('many long messages at once do not add up beyond the bound', async () => {
    const { server, event } = await opened(echo, { heldBytesMax: 300_000 });
    const half = Buffer.concat([bytesOf('\x0b'), Buffer.alloc(200_000, 0x79)]);
    const one = await sender(server);
    const two = await sender(server);
    one.socket.write(half);
    two.socket.write(half);
    expect(await event()).toMatchObject({ kind: 'connection-dropped', why: 'memory-full' });
    for (const { socket } of [one, two]) socket.write('\x1c\r');
    const answers = await Promise.all([one.answer(), two.answer()]);
    expect(answers.filter((answer) => answer.startsWith('ACK yyy'))).toHaveLength(1);
    for (let i = 0; i < 5; i += 1) {
      const next = await sender(server);
      next.socket.write(Buffer.concat([half, Buffer.from('\x1c\r')]));
      expect(await next.answer()).toMatch(/^ACK yyy/);
      next.socket.destroy();
    }
  });

  test('connections over the bound are refused, and taken again when one has gone', async () => {
    const { server, event } = await opened(echo, { connectionsMax: 1 });
    const first = await sender(server);
    first.socket.write(framed('1'));
    await first.answer();
    const second = await sender(server);
    expect(await second.answer()).toBe('closed');
    expect(await event()).toMatchObject({ why: 'too-many-connections', address: '127.0.0.1' });
    first.socket.destroy();
    for (let answer = 'closed'; answer === 'closed';) {
      const third = await sender(server);
      third.socket.write(framed('3'));
      answer = await third.answer();
    }
  });

  test('only listed addresses may connect', async () => {
    const refusing = await opened(echo, { allowedAddresses: ['10.0.0.0/8', '192.0.2.7'] });
    expect(await (await sender(refusing.server)).answer()).toBe('closed');
    expect(await refusing.event()).toMatchObject({ why: 'address-not-allowed' });
    const taking = await opened(echo, { allowedAddresses: ['127.0.0.0/8'] });
    const one = await sender(taking.server);
    one.socket.write(framed('in'));
    expect(await one.answer()).toBe('ACK in');
    await expect(opened(echo, { allowedAddresses: ['10.0.0.0/99'] })).rejects.toThrow(RangeError);
  });
});
