import { describe, expect, it } from '@jest/globals';
import { fail } from '../core/failure.js';
import type { LogEvent } from '../core/log.js';
import { REQUESTS_MAX } from './bounds.js';
import { Gate } from './gate.js';
import { Outage } from './outage.js';

const BOUND_MS = 30;

function gate(): { gate: Gate; events: LogEvent[] } {
  const events: LogEvent[] = [];
  const outage = new Outage((event) => void events.push(event), 'here');
  return { gate: new Gate(BOUND_MS, outage), events };
}

describe('a request to the store', () => {
  it('is given up after the bound, and refuses the ones after it until it is answered', async () => {
    const { gate: door, events } = gate();
    let answer: (value: string) => void = () => undefined;
    const late = new Promise<string>((resolve) => (answer = resolve));
    await expect(door.pass(() => late)).rejects.toThrow('no answer within 30 ms');
    let asked = false;
    const next = door.pass(() => {
      asked = true;
      return Promise.resolve();
    });
    await expect(next).rejects.toThrow('still unanswered');
    expect(asked).toBe(false);
    answer('late');
    await new Promise(setImmediate);
    await expect(door.pass(() => Promise.resolve('now'))).resolves.toBe('now');
    expect(events).toEqual(['queueAway', 'queueOpened']);
  });

  it('is refused while as many are in flight as memory is promised for', async () => {
    const { gate: door } = gate();
    const never = new Promise<void>(() => undefined);
    const asked = Array.from({ length: REQUESTS_MAX }, () =>
      door.pass(() => never).catch((error: unknown) => error),
    );
    await expect(door.pass(() => never)).rejects.toThrow('too many requests in flight');
    await Promise.all(asked);
  });

  it('fails as queue-away whatever the store says, and the store is told away once', async () => {
    const { gate: door, events } = gate();
    for (let i = 0; i < 3; i++) {
      const refused = door.pass(() => Promise.reject(new Error('OOM command not allowed')));
      await expect(refused).rejects.toMatchObject({ failure: { code: 'queue-away' } });
    }
    expect(events).toEqual(['queueAway']);
  });

  it('passes on a failure that is not the store’s', async () => {
    const { gate: door, events } = gate();
    const refused = door.pass(() => Promise.reject(fail('row-missing', 'no such row')));
    await expect(refused).rejects.toMatchObject({ failure: { code: 'row-missing' } });
    expect(events).toEqual([]);
  });
});
