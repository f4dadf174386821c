import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The sandbox EHR as a process of its own. What it costs is counted to nobody. */
export interface EhrProcess {
  readonly url: string;
  /** How many results stand in the chart. */
  results(): Promise<number>;
  stop(): Promise<void>;
}

const LOADER = new URL('../support/ts-loader.js', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../../src/sandbox/ehr/main.ts', import.meta.url));

export async function startEhr(): Promise<EhrProcess> {
  const child = spawn(process.execPath, ['--import', LOADER, PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /ready (\S+)/.exec(chunk.toString())?.[1] ?? '';
  return {
    url,
    async results() {
      const answer = await fetch(`${url}/RiskAssessment?_summary=count`);
      return ((await answer.json()) as { total: number }).total;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
