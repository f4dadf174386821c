import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/sandbox/random.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder } from '../support/service.js';
import type { FuzzOptions } from './frames.js';
import { mutated } from './mutate.js';

export interface BodiesReport {
  readonly sent: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Statuses that no hostile body may cause. */
  readonly wrong: number;
  readonly alive: boolean;
  /** Resident memory at the end against a third of the way, in MiB. */
  readonly growthMebibytes: number;
}

const AT_ONCE = 8;
/** What a hostile body may be told. 500 is a defect of ours. */
const ALLOWED = new Set([202, 400, 413, 422]);
const ADDRESSES = ['/api/ecgs', '/fhir/rest-hook/Observation/f', '/fhir/rest-hook'];

/** Mutated bodies against the real service, as built: it answers each and lives on. */
export async function fuzzBodies({ count, seed }: FuzzOptions): Promise<BodiesReport> {
  const folder = temporaryFolder();
  const service = await runService({
    env: { LEADWIRE_DATA_DIR: join(folder.path, 'data'), LEADWIRE_LOG_LEVEL: 'info' },
  });
  const random = createRandom(seed);
  const original = Buffer.from(JSON.stringify(toObservation(sampleReading({ count: 600 }))));
  const byStatus: Record<string, number> = {};
  let sent = 0;
  let early = 0;
  const send = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      if (sent === Math.ceil(count / 3)) early = residentMebibytes(service.pid);
      const address = ADDRESSES[sent % ADDRESSES.length] ?? '';
      const body = new Uint8Array(mutated(original, random));
      const answer = await fetch(service.url + address, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body,
      });
      await answer.arrayBuffer();
      byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    const alive = (await fetch(`${service.url}/health/ready`)).ok;
    const growthMebibytes = residentMebibytes(service.pid) - early;
    const wrong = Object.entries(byStatus)
      .filter(([status]) => !ALLOWED.has(Number(status)) && status !== '204')
      .reduce((sum, [, times]) => sum + times, 0);
    return { sent, byStatus, wrong, alive, growthMebibytes };
  } finally {
    await service.kill('SIGKILL');
    folder.remove();
  }
}

function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
