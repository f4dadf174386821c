import { describe, expect, it } from '@jest/globals';
import { decodeQueueAddress } from './address.js';

const PLAIN = {
  username: undefined,
  password: undefined,
  db: 0,
  primaryName: undefined,
  tls: false,
};
const HERE = [{ host: '127.0.0.1', port: 6379 }];

describe('the address of the queue', () => {
  it('names a Redis, its database and its credentials', () => {
    expect(decodeQueueAddress('redis://127.0.0.1')).toEqual({
      ...PLAIN,
      store: 'redis',
      hosts: HERE,
    });
    expect(decodeQueueAddress('rediss://ward:p%40ss@redis.local:6380/3')).toEqual({
      store: 'redis',
      hosts: [{ host: 'redis.local', port: 6380 }],
      username: 'ward',
      password: 'p@ss',
      db: 3,
      primaryName: undefined,
      tls: true,
    });
    expect(decodeQueueAddress('redis://:secret@[::1]:6379/')).toMatchObject({
      hosts: [{ host: '::1', port: 6379 }],
      username: undefined,
      password: 'secret',
    });
  });

  it('names sentinels and the primary they watch', () => {
    expect(decodeQueueAddress('redis-sentinel://u:p@h1:26379,h2/primary/2')).toEqual({
      store: 'redis-sentinel',
      hosts: [
        { host: 'h1', port: 26_379 },
        { host: 'h2', port: 26_379 },
      ],
      username: 'u',
      password: 'p',
      db: 2,
      primaryName: 'primary',
      tls: false,
    });
  });

  it('names the nodes of a cluster', () => {
    expect(decodeQueueAddress('redis-cluster://h1:7000,h2:7001')).toEqual({
      ...PLAIN,
      store: 'redis-cluster',
      hosts: [
        { host: 'h1', port: 7_000 },
        { host: 'h2', port: 7_001 },
      ],
    });
  });

  it('leaves a PostgreSQL address to its driver', () => {
    const url = 'postgresql://user:pass@h1/db?sslmode=require';
    expect(decodeQueueAddress(url)).toEqual({ store: 'postgres', url });
  });

  it.each([
    'http://127.0.0.1',
    'redis://',
    'redis://h1,h2',
    'redis://h1:0',
    'redis://h1:65536',
    'redis://h1/one',
    'redis://h1/1/2',
    'redis://h 1',
    'redis://:p%zz@h1',
    'redis-sentinel://h1',
    'redis-sentinel://h1/',
    'redis-sentinel://h1/primary/0/more',
    'redis-cluster://h1/1',
    'redis-cluster://h1,,h2',
    '',
  ])('refuses %j', (url) => {
    expect(decodeQueueAddress(url)).toBeNull();
  });
});
