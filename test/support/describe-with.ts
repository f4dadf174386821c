import { describe } from '@jest/globals';
import { isAvailable } from './services.js';

/** A suite that needs a real server; where there is none it is skipped, and its name is told. */
export function describeWith(service: 'redis' | 'postgres', name: string, suite: () => void): void {
  if (isAvailable(service)) {
    describe(name, suite);
    return;
  }
  process.stderr.write(`skipped: ${name} (no ${service} here)\n`);
  describe.skip(name, suite);
}
