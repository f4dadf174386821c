import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** How the CPUs are shared out: threads that each score one ECG, and cores that one run may use. */
export interface ThreadPlan {
  readonly threads: number;
  readonly intraOpThreads: number;
}

/** Each thread holds every model in memory, so more cores go to faster runs before more threads. */
const CORES_PER_THREAD = 2;
export const THREADS_MAX = 64;

/** `threadsWanted` is a site's own word, and then only the cores of a run are planned. */
export function planThreads(cpus: number, threadsWanted: number | null): ThreadPlan {
  const whole = Math.max(1, Math.floor(cpus));
  const fitting = Math.max(1, Math.floor(whole / CORES_PER_THREAD));
  const threads = Math.min(THREADS_MAX, Math.max(1, threadsWanted ?? fitting));
  return Object.freeze({ threads, intraOpThreads: Math.max(1, Math.floor(whole / threads)) });
}

/** cgroup v2 `cpu.max`: `quota period`, or `max period`. Null where there is no limit. */
export function parseCpuMax(text: string): number | null {
  const [quota = '', period = ''] = text.trim().split(/\s+/);
  return quota === 'max' ? null : share(quota, period);
}

/** cgroup v1: two files, and -1 for "no limit". */
export function parseCfsQuota(quotaText: string, periodText: string): number | null {
  return share(quotaText.trim(), periodText.trim());
}

function share(quota: string, period: string): number | null {
  const cpus = Number(quota) / Number(period);
  return quota !== '' && Number.isFinite(cpus) && cpus > 0 ? cpus : null;
}

/** `/proc/self/cgroup` names our group per hierarchy; each folder above it can limit us too. */
export function groupFolders(procSelfCgroup: string): readonly { v2: boolean; path: string }[] {
  const folders: { v2: boolean; path: string }[] = [];
  for (const line of procSelfCgroup.split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) continue;
    const v2 = controllers === '';
    if (!v2 && !controllers.split(',').includes('cpu')) continue;
    const root = v2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/cpu';
    const steps = group.split('/').filter((step) => step !== '' && step !== '..');
    for (let depth = 0; depth <= steps.length; depth += 1) {
      folders.push({ v2, path: [root, ...steps.slice(0, depth)].join('/') });
    }
  }
  return folders;
}

/** The tightest of the cgroup limits and what the scheduler gives us; fractions are kept. */
export function cpuLimit(read: (path: string) => string | null, available: number): number {
  let least = available;
  for (const { v2, path } of groupFolders(read('/proc/self/cgroup') ?? '')) {
    const limit = v2
      ? parseCpuMax(read(`${path}/cpu.max`) ?? '')
      : parseCfsQuota(
          read(`${path}/cpu.cfs_quota_us`) ?? '',
          read(`${path}/cpu.cfs_period_us`) ?? '',
        );
    if (limit !== null) least = Math.min(least, limit);
  }
  return least;
}

export function readCpuLimit(): number {
  return cpuLimit(readIfThere, availableParallelism());
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
