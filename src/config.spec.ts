import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { environmentName, isLoopback, loadConfig, SETTINGS } from './config.js';

function configured(env: Record<string, string>) {
  const result = loadConfig(env);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

function problems(env: Record<string, string>): readonly string[] {
  const result = loadConfig(env);
  return result.ok ? [] : result.problems;
}

describe('the configuration', () => {
  test('needs nothing: every setting has a default that binds to loopback only', () => {
    const config = configured({});
    expect(config.httpHost).toBe('127.0.0.1');
    expect(config.mllpHost).toBe('127.0.0.1');
    expect(config.httpPort).toBe(3000);
    expect(config.mllpPort).toBe(2575);
    expect(config.role).toBe('all');
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('lists every unknown key and every wrong value at once', () => {
    expect(
      problems({ LEADWIRE_HTPP_PORT: '1', LEADWIRE_HTTP_PORT: 'high', LEADWIRE_ROLE: 'king' }),
    ).toEqual([
      expect.stringMatching(/^LEADWIRE_ROLE: /),
      expect.stringMatching(/^LEADWIRE_HTTP_PORT: /),
      'LEADWIRE_HTPP_PORT: no such setting',
    ]);
  });

  test('ignores what Kubernetes injects for services called leadwire', () => {
    const config = configured({
      LEADWIRE_SERVICE_HOST: '10.0.0.1',
      LEADWIRE_SERVICE_PORT: '3000',
      LEADWIRE_SERVICE_PORT_HTTP: '3000',
      LEADWIRE_PORT: 'tcp://10.0.0.1:3000',
      LEADWIRE_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
      LEADWIRE_PORT_3000_TCP_PROTO: 'tcp',
      LEADWIRE_MLLP_PORT: 'tcp://10.0.0.2:2575',
      LEADWIRE_MLLP_SERVICE_HOST: '10.0.0.2',
    });
    expect(config.mllpPort).toBe(2575);
  });

  test('reads a secret from a file, and refuses it from both places', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'leadwire-')), 'token');
    writeFileSync(file, 'a long secret\n');
    expect(configured({ LEADWIRE_API_TOKEN_FILE: file }).apiToken).toBe('a long secret');
    expect(problems({ LEADWIRE_API_TOKEN_FILE: file, LEADWIRE_API_TOKEN: 'another one' })).toEqual([
      'LEADWIRE_API_TOKEN: set either this or LEADWIRE_API_TOKEN_FILE, not both',
    ]);
    expect(problems({ LEADWIRE_API_TOKEN_FILE: `${file}.gone` })).toEqual([
      'LEADWIRE_API_TOKEN_FILE: the file cannot be read',
    ]);
  });

  test('never repeats a secret in what it says about it', () => {
    expect(problems({ LEADWIRE_API_TOKEN: 'tiny' }).join()).not.toContain('tiny');
    const badUrl = problems({ LEADWIRE_DATABASE_URL: 'mysql://me:hunter2@host/db' }).join();
    expect(badUrl).toContain('LEADWIRE_DATABASE_URL');
    expect(badUrl).not.toContain('hunter2');
  });

  test('refuses an embedded ledger for more than one process', () => {
    expect(problems({ LEADWIRE_ROLE: 'worker' })[0]).toContain('need LEADWIRE_DATABASE_URL');
  });

  test('reads the zones of the senders and refuses one that does not exist', () => {
    const config = configured({ LEADWIRE_SENDER_ZONES: 'CART|ED=Europe/Stockholm; X|Y=UTC' });
    expect(config.senderZones).toEqual({ 'CART|ED': 'Europe/Stockholm', 'X|Y': 'UTC' });
    expect(problems({ LEADWIRE_SENDER_ZONES: 'CART|ED=Mars/Olympus' })).toHaveLength(1);
  });

  test('names its settings the way their keys read', () => {
    expect(environmentName('mllpFrameBytesMax')).toBe('LEADWIRE_MLLP_FRAME_BYTES_MAX');
    expect(Object.keys(SETTINGS).length).toBeGreaterThan(30);
  });

  test('knows loopback from the rest', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'].some(isLoopback)).toBe(false);
  });
});
