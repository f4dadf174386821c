import { describe, expect, test } from '@jest/globals';
import { cpuLimit, parseCfsQuota, parseCpuMax, planThreads, readCpuLimit } from './cpu.js';

const files = (content: Record<string, string>) => (path: string) => content[path] ?? null;

describe('the CPU limit', () => {
  test('cgroup v2 tells quota and period, or no limit', () => {
    expect(parseCpuMax('150000 100000\n')).toBe(1.5);
    expect(parseCpuMax('max 100000')).toBeNull();
    expect(parseCpuMax('')).toBeNull();
  });

  test('cgroup v1 tells them in two files, with -1 for no limit', () => {
    expect(parseCfsQuota('200000\n', '100000\n')).toBe(2);
    expect(parseCfsQuota('-1', '100000')).toBeNull();
    expect(parseCfsQuota('', '')).toBeNull();
  });

  test('the tightest limit on the way to our own group wins', () => {
    const read = files({
      '/proc/self/cgroup': '0::/kube/pod/container\n',
      '/sys/fs/cgroup/cpu.max': 'max 100000',
      '/sys/fs/cgroup/kube/pod/cpu.max': '300000 100000',
      '/sys/fs/cgroup/kube/pod/container/cpu.max': 'max 100000',
    });
    expect(cpuLimit(read, 16)).toBe(3);
    expect(cpuLimit(read, 2)).toBe(2);
  });

  test('inside a container the group is the root of what is seen', () => {
    const read = files({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '50000 100000',
    });
    expect(cpuLimit(read, 8)).toBe(0.5);
  });

  test('cgroup v1 is read where its cpu controller is, others are not asked', () => {
    const read = files({
      '/proc/self/cgroup': '5:memory:/a\n4:cpu,cpuacct:/docker/abc\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '400000',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000',
    });
    expect(cpuLimit(read, 64)).toBe(4);
  });

  test('without cgroups the machine itself is the limit', () => {
    expect(cpuLimit(() => null, 12)).toBe(12);
    expect(readCpuLimit()).toBeGreaterThan(0);
  });
});

test('cores go to faster runs first, then to more threads, and never to none', () => {
  expect(planThreads(0.5, null)).toEqual({ threads: 1, intraOpThreads: 1 });
  expect(planThreads(2, null)).toEqual({ threads: 1, intraOpThreads: 2 });
  expect(planThreads(3.9, null)).toEqual({ threads: 1, intraOpThreads: 3 });
  expect(planThreads(8, null)).toEqual({ threads: 4, intraOpThreads: 2 });
  expect(planThreads(1000, null).threads).toBe(64);
});

test("a site's own number of threads shares the cores out among them", () => {
  expect(planThreads(8, 8)).toEqual({ threads: 8, intraOpThreads: 1 });
  expect(planThreads(8, 1)).toEqual({ threads: 1, intraOpThreads: 8 });
  expect(planThreads(2, 5)).toEqual({ threads: 5, intraOpThreads: 1 });
});
