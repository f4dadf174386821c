import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe } from '@jest/globals';
import { hasHapi, rig } from './hapi-rig.js';

export { validateWithHapi } from './hapi-rig.js';

/** A real HAPI FHIR server and HAPI's validator, where a machine has the rig and Java. */
export interface Hapi {
  /** The FHIR base. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A machine that is busy with other things takes minutes over it. */
export const HAPI_START_MS_MAX = 420_000;
const READY_MS_MAX = HAPI_START_MS_MAX - 20_000;

export function describeWithHapi(name: string, suite: () => void): void {
  if (hasHapi()) {
    describe(name, suite);
    return;
  }
  process.stderr.write(`skipped: ${name} (no HAPI rig here)\n`);
  describe.skip(name, suite);
}

export async function startHapi(...flags: readonly string[]): Promise<Hapi> {
  const child = spawn(rig('fhir-server.sh') ?? '', ['--port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, RIG_JAVA_OPTS: '-Xms64m -XX:NewSize=32m' },
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error('HAPI was not ready in time'));
    }, READY_MS_MAX);
    void ended.then(() => {
      reject(new Error('HAPI ended before it was ready'));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, address] = /^ready (http\S+)/.exec(line) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
  return { url, stop };
}
