import { setTimeout as delay } from 'node:timers/promises';
import { runInside, type Place } from './container.js';
import type { ProbePlan } from './pod-plan.js';

export interface Probed {
  readonly ok: boolean;
  /** What stands in the event of a probe that failed. */
  readonly words: string;
}

/** One probe, as a kubelet runs it: an answer that comes late is none. */
export async function probe(place: Place, plan: ProbePlan): Promise<Probed> {
  const { exec, httpGet } = plan;
  if (exec) return probeCommand(place, exec.command, plan.timeoutSeconds * 1000);
  if (!httpGet) throw new Error('a probe was rendered that asks nothing');
  const url = `http://127.0.0.1:${place.ports[httpGet.port] ?? 0}${httpGet.path}`;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(plan.timeoutSeconds * 1000),
      headers: { connection: 'close' },
    });
    await answer.arrayBuffer();
    return {
      ok: answer.status < 400,
      words: `HTTP probe failed with statuscode: ${answer.status}`,
    };
  } catch (error) {
    return { ok: false, words: error instanceof Error ? error.message : 'no answer' };
  }
}

async function probeCommand(
  place: Place,
  command: readonly string[],
  timeoutMs: number,
): Promise<Probed> {
  const child = runInside(place, command, 'pipe');
  let words = '';
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.on('data', (chunk: Buffer) => (words += chunk.toString()));
  }
  const late = setTimeout(() => {
    child.kill('SIGKILL');
  }, timeoutMs);
  const { code } = await child.exited;
  clearTimeout(late);
  return { ok: code === 0, words: code === null ? `${words} timed out` : words };
}

/**
 * Probes at the period of the plan until it is told to end. Turns to good with one success, to bad
 * with as many failures in a row as the plan names.
 */
export async function keepProbing(
  place: Place,
  plan: ProbePlan,
  signal: AbortSignal,
  turned: (state: 'good' | 'bad', probed: Probed) => void,
  failed: (probed: Probed) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const probed = await probe(place, plan);
    if (isOver(signal)) return;
    failures = probed.ok ? 0 : failures + 1;
    if (!probed.ok) failed(probed);
    if (probed.ok) turned('good', probed);
    else if (failures === plan.failureThreshold) turned('bad', probed);
    await delay(plan.periodSeconds * 1000, null, { signal }).catch(() => undefined);
  }
}

/** The signal changes while a probe is awaited, which a check before it cannot know. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
