import { at, type Manifest } from '../chart/render.js';

/** What a kubelet reads in the pod that the chart rendered; nothing here is made up. */
export interface PodPlan {
  readonly component: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Container ports by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly mounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes: readonly Volume[];
  readonly startup: ProbePlan;
  readonly liveness: ProbePlan;
  readonly readiness: ProbePlan;
  readonly preStop: readonly string[];
  /** What the command of preStop waits for. */
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
  readonly serviceLinks: boolean;
  readonly messagePolicy: string;
  readonly user: { readonly uid: number; readonly gid: number };
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly secret?: Source & { readonly secretName: string; readonly defaultMode?: number };
  readonly configMap?: Source & { readonly name: string };
}

export interface Source {
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface ProbePlan {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface DeploymentPlan {
  readonly name: string;
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly pod: PodPlan;
}

export function deploymentPlan(manifest: Manifest): DeploymentPlan {
  const rolling = ['spec', 'strategy', 'rollingUpdate'] as const;
  return {
    name: manifest.metadata.name,
    replicas: whole(manifest, 'spec', 'replicas'),
    maxSurge: whole(manifest, ...rolling, 'maxSurge'),
    maxUnavailable: whole(manifest, ...rolling, 'maxUnavailable'),
    pod: podPlan(at(manifest, 'spec', 'template')),
  };
}

function podPlan(template: unknown): PodPlan {
  const of = (...path: (string | number)[]): unknown => at(template, 'spec', ...path);
  const inside = (...path: (string | number)[]): unknown => of('containers', 0, ...path);
  const env = inside('env') as readonly { name: string; value: string }[];
  const ports = inside('ports') as readonly { name: string; containerPort: number }[];
  const preStop = inside('lifecycle', 'preStop', 'exec', 'command') as readonly string[];
  return {
    component: at(template, 'metadata', 'labels', 'app.kubernetes.io/component') as string,
    args: inside('args') as string[],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
    mounts: inside('volumeMounts') as PodPlan['mounts'],
    volumes: of('volumes') as Volume[],
    startup: inside('startupProbe') as ProbePlan,
    liveness: inside('livenessProbe') as ProbePlan,
    readiness: inside('readinessProbe') as ProbePlan,
    preStop,
    preStopSeconds: Number(preStop[1]),
    graceSeconds: whole(template, 'spec', 'terminationGracePeriodSeconds'),
    serviceLinks: of('enableServiceLinks') !== false,
    messagePolicy: (inside('terminationMessagePolicy') as string | undefined) ?? 'File',
    user: {
      uid: whole(template, 'spec', 'securityContext', 'runAsUser'),
      gid: whole(template, 'spec', 'securityContext', 'fsGroup'),
    },
  };
}

/** A number that the render must hold; a value that is missing is a fault of the chart. */
function whole(value: unknown, ...path: (string | number)[]): number {
  const found = at(value, ...path);
  if (typeof found !== 'number') throw new Error(`no number was rendered at ${path.join('.')}`);
  return found;
}
