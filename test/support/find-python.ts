import { spawnSync } from 'node:child_process';

/** Debian's packages belong to the system's Python, whatever other one the path begins with. */
const SYSTEM_PYTHON = '/usr/bin/python3';

/**
 * A Python that has all these modules, or null. LEADWIRE_TEST_PYTHON names one that is not on the
 * path.
 */
export function findPython(...modules: readonly string[]): string | null {
  const named = process.env['LEADWIRE_TEST_PYTHON'];
  const candidates = [...(named === undefined ? [] : [named]), 'python3', SYSTEM_PYTHON];
  const has = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0;
  return candidates.find(has) ?? null;
}
