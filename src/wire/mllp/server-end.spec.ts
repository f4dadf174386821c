import { describe, expect, test } from '@jest/globals';
import { echo, framed, opened, sender, textOf } from '../../../test/support/mllp.js';

describe('MLLP server, when somebody goes', () => {
  test('a sender that closes its half behind its message still gets the answer', async () => {
    const { server } = await opened();
    const one = await sender(server);
    one.socket.end(framed('last'));
    expect(await one.answer()).toBe('ACK last');
    expect(await one.answer()).toBe('closed');
  });

  test('messages of a sender that has gone away are handled all the same', async () => {
    const handled: string[] = [];
    let all: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (all = resolve));
    const { server } = await opened({
      ...echo,
      async message(bytes) {
        one.socket.destroy();
        await new Promise((resolve) => setTimeout(resolve, 20));
        handled.push(textOf(bytes));
        if (handled.length === 2) all();
        return { bytes };
      },
    });
    const one = await sender(server);
    one.socket.write(Buffer.concat([framed('1'), framed('2')]));
    await done;
    expect(handled).toEqual(['1', '2']);
  });

  test('a handler that fails costs one connection, not the server', async () => {
    const { server, event } = await opened({
      ...echo,
      message: (bytes) =>
        textOf(bytes) === 'bad' ? Promise.reject(new Error('x')) : Promise.resolve({ bytes }),
    });
    const one = await sender(server);
    one.socket.write(framed('bad'));
    expect(await one.answer()).toBe('closed');
    expect(await event()).toMatchObject({ why: 'handler-failed' });
    const two = await sender(server);
    two.socket.write(framed('good'));
    expect(await two.answer()).toBe('good');
  });

  test('closing answers the message in hand, and takes no further one', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const { server } = await opened({
      ...echo,
      async message(bytes) {
        started();
        await held;
        return { bytes };
      },
    });
    const one = await sender(server);
    const quiet = await sender(server);
    one.socket.write(Buffer.concat([framed('in hand'), framed('too late')]));
    await running;
    const closed = server.close(5_000);
    expect(await quiet.answer()).toBe('closed');
    release();
    expect(await one.answer()).toBe('in hand');
    expect(await one.answer()).toBe('closed');
    await closed;
    await expect(sender(server)).rejects.toThrow();
  });

  test('closing does not wait for ever', async () => {
    const { server } = await opened({ ...echo, message: () => new Promise(() => undefined) });
    const one = await sender(server);
    one.socket.write(framed('stuck'));
    const startedMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.close(50);
    expect(Date.now() - startedMs).toBeLessThan(2_000);
  });
});
