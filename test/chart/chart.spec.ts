import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig, SETTINGS, environmentName } from '../../src/config.js';
import {
  at,
  CHART,
  ciFiles,
  containerOf,
  environmentOf,
  helm,
  KUBERNETES_VERSIONS,
  kubectlValidate,
  one,
  podOf,
  render,
  renderValues,
  toYaml,
  type Manifest,
} from './render.js';

const withHelm = helm === null ? describe.skip : describe;
const SMALL = join(CHART, 'ci/small-hospital-values.yaml');
const LARGE = join(CHART, 'ci/large-hospital-values.yaml');
const EVALUATION = join(CHART, 'ci/evaluation-values.yaml');
const STRICT = join(CHART, 'ci/strict-network-values.yaml');
/** Their schemas are not Kubernetes' own, and no validator here holds them. */
const FOREIGN = ['ScaledObject', 'ServiceMonitor', 'PrometheusRule', 'HTTPRoute'];

const workloadsOf = (manifests: readonly Manifest[]): Manifest[] =>
  manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');

withHelm('the chart', () => {
  test.each(ciFiles())('%s holds before helm lint', (file) => {
    const told = execFileSync(helm ?? 'helm', ['lint', '--strict', CHART, '--values', file], {
      encoding: 'utf8',
    });
    expect(told).toContain('0 chart(s) failed');
  });

  const validated = kubectlValidate === null ? describe.skip : describe;
  validated('is valid by the schemas of Kubernetes itself', () => {
    test.each(KUBERNETES_VERSIONS)(
      '%s',
      (version) => {
        const folder = mkdtempSync(join(tmpdir(), 'leadwire-manifests-'));
        try {
          for (const [index, file] of ciFiles().entries()) {
            const own = render([file], version).filter(({ kind }) => !FOREIGN.includes(kind));
            expect(own.length).toBeGreaterThan(5);
            writeFileSync(join(folder, `${index}.yaml`), own.map(toYaml).join('---\n'));
          }
          const told = execFileSync(
            kubectlValidate ?? 'kubectl-validate',
            [folder, '--version', version],
            { encoding: 'utf8' },
          );
          expect(told).not.toMatch(/ERROR/);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      60_000,
    );
  });

  test.each(ciFiles())('every pod of %s starts with settings that the service takes', (file) => {
    for (const workload of workloadsOf(render([file]))) {
      const environment = environmentOf(workload);
      // Files are the cluster's to mount; the names of the variables are ours to get right.
      const plain = Object.fromEntries(
        Object.entries(environment).filter(([, value]) => !value.startsWith('/run/leadwire')),
      );
      const database = { LEADWIRE_DATABASE_URL: 'postgres://x' };
      const role = environment['LEADWIRE_ROLE'] ?? '';
      const loaded = loadConfig({ ...plain, ...(role === 'all' ? {} : database) });
      expect(loaded.ok ? [] : loaded.problems).toEqual([]);
      const known = Object.keys(SETTINGS).flatMap((name) => [
        environmentName(name),
        `${environmentName(name)}_FILE`,
      ]);
      const unknown = Object.keys(environment).filter((name) => !known.includes(name));
      expect(unknown).toEqual(['NODE_OPTIONS']);
    }
  });

  test('every setting that may stand in the values arrives under its own name', () => {
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as unknown;
    const properties = at(schema, 'properties', 'settings', 'properties') as Record<
      string,
      { type: string; enum?: string[]; minimum?: number }
    >;
    const settings = Object.fromEntries(
      Object.entries(properties).map(([name, { type, enum: choices, minimum }]) => [
        name,
        type === 'integer' || type === 'number' ? (minimum ?? 1) : (choices?.[0] ?? 'text'),
      ]),
    );
    const [workload] = workloadsOf(
      renderValues({ mode: 'evaluation', settings, networkPolicy: { enabled: false } }),
    );
    const environment = environmentOf(workload as Manifest);
    for (const [name, value] of Object.entries(settings)) {
      expect([name, environment[environmentName(name)]]).toEqual([name, String(value)]);
    }
  });

  test('a large number is written out', () => {
    const gateway = one(render([SMALL]), 'Deployment', 'lw-gateway');
    expect(environmentOf(gateway)['LEADWIRE_HTTP_BODY_BYTES_MAX']).toBe('33554432');
  });
});

withHelm('the pods', () => {
  let all: Manifest[];
  beforeAll(() => {
    all = ciFiles().flatMap((file) => workloadsOf(render([file])));
  });

  test('run as nobody, write nowhere, and may ask the cluster for nothing', () => {
    for (const workload of all) {
      const pod = podOf(workload);
      const container = containerOf(workload);
      expect(at(pod, 'spec', 'automountServiceAccountToken')).toBe(false);
      expect(at(pod, 'spec', 'enableServiceLinks')).toBe(false);
      expect(at(pod, 'spec', 'securityContext')).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container['securityContext']).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const volumes = at(pod, 'spec', 'volumes') as { name: string; emptyDir?: object }[];
      expect(volumes.find(({ name }) => name === 'tmp')?.emptyDir).toHaveProperty('sizeLimit');
    }
  });

  test('say in events and status why they do not start', () => {
    for (const workload of all) {
      const container = containerOf(workload);
      // An exec probe's words stand in the event; an HTTP probe's answer does not.
      expect(at(container, 'startupProbe', 'exec', 'command')).toEqual([
        'node',
        'bin/probe.js',
        'started',
      ]);
      expect(container['terminationMessagePolicy']).toBe('FallbackToLogsOnError');
    }
  });

  test('are given longer to stop than they take, and live whatever else is down', () => {
    for (const workload of all) {
      const drain = Number(environmentOf(workload)['LEADWIRE_DRAIN_SECONDS_MAX']);
      const container = containerOf(workload);
      const sleep = Number(at(container, 'lifecycle', 'preStop', 'exec', 'command', 1));
      const grace = at(podOf(workload), 'spec', 'terminationGracePeriodSeconds') as number;
      expect(grace).toBeGreaterThan(drain + sleep);
      expect(at(container, 'livenessProbe', 'httpGet', 'path')).toBe('/health/live');
      expect(at(container, 'readinessProbe', 'httpGet', 'path')).toBe('/health/ready');
      const period = at(container, 'startupProbe', 'periodSeconds') as number;
      const times = at(container, 'startupProbe', 'failureThreshold') as number;
      expect(period * times).toBeGreaterThanOrEqual(120);
    }
  });

  test('read every secret from a file and none from the environment', () => {
    const secret = new Set(
      Object.entries(SETTINGS).flatMap(([name, one]) =>
        one.secret ? [environmentName(name)] : [],
      ),
    );
    for (const workload of all) {
      const names = Object.keys(environmentOf(workload));
      expect(names.filter((name) => secret.has(name))).toEqual([]);
      expect(JSON.stringify(containerOf(workload).env)).not.toContain('valueFrom');
    }
  });

  test('keep a share of the memory beside the heap', () => {
    const worker = one(render([SMALL]), 'Deployment', 'lw-worker');
    expect(environmentOf(worker)['NODE_OPTIONS']).toBe('--max-old-space-size=1228');
  });

  test('start anew when the policy changes, and only then', () => {
    const of = (version: string): unknown =>
      at(
        podOf(
          workloadsOf(
            renderValues({
              mode: 'evaluation',
              policy: { version },
              networkPolicy: { enabled: false },
            }),
          )[0] as Manifest,
        ),
        'metadata',
        'annotations',
        'checksum/policy',
      );
    expect(of('1')).toBe(of('1'));
    expect(of('1')).not.toBe(of('2'));
  });
});

withHelm('the evaluation pod', () => {
  test('is one, for ever, on a volume that nobody else may mount', () => {
    const set = one(render([EVALUATION]), 'StatefulSet', 'lw-evaluation');
    expect(at(set, 'spec', 'replicas')).toBe(1);
    expect(at(set, 'spec', 'volumeClaimTemplates', 0, 'spec', 'accessModes')).toEqual([
      'ReadWriteOncePod',
    ]);
    expect(environmentOf(set)).toMatchObject({ LEADWIRE_ROLE: 'all', LEADWIRE_DATA_DIR: '/data' });
    expect(render([EVALUATION]).some(({ kind }) => kind === 'Deployment')).toBe(false);
  });
});

withHelm('gateways and workers', () => {
  test('are replaced one more at a time, and spread over nodes and zones', () => {
    for (const workload of workloadsOf(render([LARGE]))) {
      expect(at(workload, 'spec', 'strategy', 'rollingUpdate')).toEqual({
        maxUnavailable: 0,
        maxSurge: 1,
      });
      expect(at(podOf(workload), 'spec', 'topologySpreadConstraints')).toHaveLength(2);
    }
    const budgets = render([LARGE]).filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets.map(({ metadata }) => metadata.name)).toEqual(['lw-gateway', 'lw-worker']);
  });

  test('an autoscaled Deployment has no number of its own to fight over', () => {
    expect(at(one(render([LARGE]), 'Deployment', 'lw-worker'), 'spec', 'replicas')).toBeUndefined();
    expect(at(one(render([SMALL]), 'Deployment', 'lw-worker'), 'spec', 'replicas')).toBe(1);
  });

  test('take the image by its digest', () => {
    const image = containerOf(one(render([LARGE]), 'Deployment', 'lw-gateway'))['image'];
    expect(image).toMatch(/^registry\.hospital\.example\/leadwire@sha256:a{64}$/);
  });
});

withHelm('the network', () => {
  test('MLLP has a Service of its own, by which the sender keeps its address', () => {
    const service = one(render([SMALL]), 'Service', 'lw-mllp');
    expect(service['spec']).toMatchObject({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.20.0.0/16'],
      ports: [{ port: 2575, targetPort: 'mllp', protocol: 'TCP' }],
    });
  });

  test('only what is named goes in or out', () => {
    const policy = one(render([STRICT]), 'NetworkPolicy', 'lw');
    expect(at(policy, 'spec', 'policyTypes')).toEqual(['Ingress', 'Egress']);
    const out = at(policy, 'spec', 'egress') as { to: unknown[]; ports: { port: number }[] }[];
    expect(out.map(({ ports }) => ports[0]?.port)).toEqual([53, 5432, 6379, 3000]);
    expect(out.every(({ to }) => to.length > 0)).toBe(true);
    const into = at(policy, 'spec', 'ingress') as { from: unknown[] }[];
    expect(into.every(({ from }) => from.length > 0)).toBe(true);
  });

  test('the board is reached by an Ingress that lets live events through, metrics are not', () => {
    const ingress = one(render([SMALL]), 'Ingress', 'lw');
    expect(at(ingress, 'metadata', 'annotations')).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
    });
    const paths = at(ingress, 'spec', 'rules', 0, 'http', 'paths') as { path: string }[];
    expect(paths.map(({ path }) => path)).not.toContain('/metrics');
    const route = one(render([LARGE]), 'HTTPRoute', 'lw');
    expect(at(route, 'spec', 'rules', 0, 'timeouts', 'request')).toBe('0s');
  });
});

withHelm('helm test', () => {
  test('sends an ECG that is marked as a test and waits for its assessment', () => {
    const pod = one(render([SMALL]), 'Pod', 'lw-test');
    expect(at(pod, 'metadata', 'annotations', 'helm.sh/hook')).toBe('test');
    const args = at(pod, 'spec', 'containers', 0, 'args') as string[];
    expect(args[0]).toBe('check');
    expect(args).toContain('--mllp=lw-mllp:2575');
  });
});
