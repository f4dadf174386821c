import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { findProgram } from '../support/throw-away.js';

/** The chart as Helm renders it, for specs that read it and specs that run it. */
export const CHART = 'charts/leadwire';
export const RELEASE = 'lw';
export const NAMESPACE = 'hospital';
/** From the oldest that the chart takes to the newest whose schemas the validator has in it. */
export const KUBERNETES_VERSIONS = ['1.28', '1.29', '1.30'] as const;
type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

export const helm = findProgram('helm');
export const kubectlValidate = findProgram('kubectl-validate');
export const promtool = findProgram('promtool');

export type Manifest = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
};

export interface Rendered {
  readonly manifests: readonly Manifest[];
  readonly notes: string;
}

export function ciFiles(): string[] {
  return readdirSync(join(CHART, 'ci')).map((name) => join(CHART, 'ci', name));
}

export function render(
  valueFiles: readonly string[],
  version: KubernetesVersion = KUBERNETES_VERSIONS[0],
  chart = CHART,
): Manifest[] {
  const text = execFileSync(helm ?? 'helm', argumentsOf(valueFiles, version, chart), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return manifestsIn(text);
}

export function manifestsIn(text: string): Manifest[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

/** What Helm says of values that it must refuse; null where it takes them. */
export function refusalOf(values: unknown): string | null {
  return withFile(values, (file) => {
    const { status, stderr } = spawnSync(
      helm ?? 'helm',
      argumentsOf([file], KUBERNETES_VERSIONS[0]),
      {
        encoding: 'utf8',
      },
    );
    return status === 0 ? null : stderr;
  });
}

export function renderValues(values: unknown): Manifest[] {
  return withFile(values, (file) => render([file]));
}

/** As Helm reads YAML: in its version 1.1 a bare `off` is no text. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1' });
}

export interface Rendering {
  /** A chart of another version. */
  readonly chart: string;
  /** Files in the chart, the first is overruled by the next. */
  readonly files: readonly string[];
  /** Overrules them all. */
  readonly values: unknown;
}

export function renderWith({ chart, files, values }: Rendering): Manifest[] {
  return withFile(values, (file) =>
    render([...files.map((one) => join(chart, one)), file], KUBERNETES_VERSIONS[0], chart),
  );
}

function withFile<T>(values: unknown, work: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-chart-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, toYaml(values));
    return work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function argumentsOf(
  valueFiles: readonly string[],
  version: string,
  chart: string = CHART,
): string[] {
  const files = valueFiles.flatMap((file) => ['--values', file]);
  return [
    'template',
    RELEASE,
    chart,
    '--namespace',
    NAMESPACE,
    '--kube-version',
    `${version}.0`,
    ...files,
  ];
}

export function one(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} was rendered`);
  return found;
}

/** A value deep inside a manifest, by its path; undefined where it is not there. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string | number, unknown>>)[step];
  }
  return found;
}

export interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly [more: string]: unknown;
}

export function podOf(workload: Manifest): unknown {
  return at(workload, 'spec', 'template');
}

export function containerOf(workload: Manifest): Container {
  return at(podOf(workload), 'spec', 'containers', 0) as Container;
}

export function environmentOf(workload: Manifest): Record<string, string> {
  return Object.fromEntries(containerOf(workload).env.map(({ name, value }) => [name, value]));
}
