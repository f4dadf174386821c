import { at, type Manifest } from '../chart/render.js';

/** What any container needs to run; nothing here is made up. */
export interface ContainerPlan {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Container ports by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly mounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes: readonly Volume[];
  readonly serviceLinks: boolean;
  readonly user: { readonly uid: number; readonly gid: number };
}

/** What a kubelet reads in the pod of a Deployment that the chart rendered. */
export interface PodPlan extends ContainerPlan {
  readonly component: string;
  readonly startup: ProbePlan;
  readonly liveness: ProbePlan;
  readonly readiness: ProbePlan;
  readonly preStop: readonly string[];
  /** What the command of preStop waits for. */
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
  readonly messagePolicy: string;
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

/** Of a pod or of the template of one: a pod that only runs to its end has no more. */
export function containerPlan(pod: unknown, group = 'fsGroup'): ContainerPlan {
  const of = (...path: (string | number)[]): unknown => at(pod, 'spec', ...path);
  const inside = (...path: (string | number)[]): unknown => of('containers', 0, ...path);
  const env = (inside('env') ?? []) as readonly { name: string; value: string }[];
  const ports = (inside('ports') ?? []) as readonly { name: string; containerPort: number }[];
  return {
    args: inside('args') as string[],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
    mounts: inside('volumeMounts') as ContainerPlan['mounts'],
    volumes: of('volumes') as Volume[],
    serviceLinks: of('enableServiceLinks') !== false,
    user: {
      uid: whole(pod, 'spec', 'securityContext', 'runAsUser'),
      gid: whole(pod, 'spec', 'securityContext', group),
    },
  };
}

function podPlan(template: unknown): PodPlan {
  const inside = (...path: (string | number)[]): unknown =>
    at(template, 'spec', 'containers', 0, ...path);
  const preStop = inside('lifecycle', 'preStop', 'exec', 'command') as readonly string[];
  return {
    ...containerPlan(template),
    component: at(template, 'metadata', 'labels', 'app.kubernetes.io/component') as string,
    startup: inside('startupProbe') as ProbePlan,
    liveness: inside('livenessProbe') as ProbePlan,
    readiness: inside('readinessProbe') as ProbePlan,
    preStop,
    preStopSeconds: Number(preStop[1]),
    graceSeconds: whole(template, 'spec', 'terminationGracePeriodSeconds'),
    messagePolicy: (inside('terminationMessagePolicy') as string | undefined) ?? 'File',
  };
}

/** A number that the render must hold; a value that is missing is a fault of the chart. */
function whole(value: unknown, ...path: (string | number)[]): number {
  const found = at(value, ...path);
  if (typeof found !== 'number') throw new Error(`no number was rendered at ${path.join('.')}`);
  return found;
}
