import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openSync, closeSync } from 'node:fs';
import { freePort } from '../chaos/port.js';
import { startChild, type Child } from '../chaos/child.js';
import type { Image } from './image.js';
import type { ContainerPlan, PodPlan, Volume } from './pod-plan.js';
import type { Secrets } from './release.js';

/** What a pod finds in its namespace. */
export interface Namespace {
  readonly secrets: Secrets;
  readonly configMaps: Secrets;
  readonly services: Readonly<Record<string, number>>;
}

/** The place of one pod: its files, its variables and its ports, in which its container runs. */
export interface Place<Plan extends ContainerPlan = PodPlan> {
  readonly name: string;
  readonly image: Image;
  readonly plan: Plan;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The port of this machine that a port of the container became, by its name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly logFile: string;
}

const API_SERVER = '10.96.0.1';
const FILE_MODE = 0o644;
/** Only root may run a process as another user; anyone else runs the pods as themselves. */
const IS_ROOT = process.getuid?.() === 0;

/**
 * Mounted volumes become folders, and their paths in the environment are written anew; ports of the
 * container become free ones of this machine. Everything else is as it was rendered.
 */
export async function furnish<Plan extends ContainerPlan>(
  name: string,
  image: Image,
  plan: Plan,
  namespace: Namespace,
  folder: string,
): Promise<Place<Plan>> {
  const root = join(folder, name);
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const { name: volume, mountPath } of plan.mounts) {
    const found = plan.volumes.find((one) => one.name === volume);
    if (!found) throw new Error(`${name} mounts ${volume}, which is no volume of it`);
    await fill(join(root, mountPath), found, plan, namespace);
  }
  const ports: Record<string, number> = {};
  for (const port of Object.keys(plan.ports)) ports[port] = await freePort();
  const here = localiser(plan, root, ports);
  return {
    name,
    image,
    plan,
    ports,
    args: plan.args.map((arg) => arg.replace(/(?<==).*$/, here)),
    env: environmentOf(name, image, plan, namespace, root, here),
    logFile: join(folder, `${name}.log`),
  };
}

/** A value of the container as this machine has it: a port of its own, a file below its folder. */
function localiser(
  plan: ContainerPlan,
  root: string,
  ports: Place['ports'],
): (value: string) => string {
  const local = new Map(
    Object.entries(plan.ports).map(([port, number]) => [String(number), String(ports[port])]),
  );
  const isMounted = (value: string): boolean =>
    plan.mounts.some(({ mountPath }) => value.startsWith(`${mountPath}/`));
  return (value) => local.get(value) ?? (isMounted(value) ? join(root, value) : value);
}

async function fill(
  path: string,
  volume: Volume,
  { user }: ContainerPlan,
  namespace: Namespace,
): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  if (volume.emptyDir) {
    if (IS_ROOT) await chown(path, user.uid, user.gid);
    return;
  }
  const { secret, configMap } = volume;
  const data = secret
    ? namespace.secrets[secret.secretName]
    : namespace.configMaps[configMap?.name ?? ''];
  const items = (secret ?? configMap)?.items;
  if (!data) throw new Error(`nothing in the namespace fills the volume ${volume.name}`);
  const files = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  for (const { key, path: file } of files) {
    const text = data[key];
    if (text === undefined) throw new Error(`the volume ${volume.name} has no key ${key}`);
    await writeFile(join(path, file), text);
    // As a kubelet does it: readable by the group of the pod, which fsGroup names.
    if (IS_ROOT) await chown(join(path, file), 0, user.gid);
    await chmod(join(path, file), IS_ROOT ? (secret?.defaultMode ?? FILE_MODE) : FILE_MODE);
  }
}

function environmentOf(
  name: string,
  image: Image,
  plan: ContainerPlan,
  namespace: Namespace,
  root: string,
  here: (value: string) => string,
): Record<string, string> {
  const hasTmp = plan.mounts.some(({ mountPath }) => mountPath === '/tmp');
  const asked = Object.entries({ ...image.env, ...plan.env });
  return {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    ...(hasTmp ? { TMPDIR: join(root, 'tmp') } : {}),
    ...injected(name, plan, namespace),
    ...Object.fromEntries(asked.map(([key, value]) => [key, here(value)])),
  };
}

/** What Kubernetes puts into every container by itself. */
function injected(
  name: string,
  plan: ContainerPlan,
  { services }: Namespace,
): Record<string, string> {
  const links = plan.serviceLinks ? Object.entries(services) : [];
  return {
    HOSTNAME: name,
    ...linksOf('kubernetes', API_SERVER, 443),
    KUBERNETES_SERVICE_PORT_HTTPS: '443',
    ...Object.fromEntries(
      links.flatMap(([service, port]) => Object.entries(linksOf(service, API_SERVER, port))),
    ),
  };
}

function linksOf(service: string, address: string, port: number): Record<string, string> {
  const prefix = service.toUpperCase().replaceAll('-', '_');
  const tcp = `${prefix}_PORT_${port}_TCP`;
  return {
    [`${prefix}_SERVICE_HOST`]: address,
    [`${prefix}_SERVICE_PORT`]: `${port}`,
    [`${prefix}_PORT`]: `tcp://${address}:${port}`,
    [tcp]: `tcp://${address}:${port}`,
    [`${tcp}_PROTO`]: 'tcp',
    [`${tcp}_PORT`]: `${port}`,
    [`${tcp}_ADDR`]: address,
  };
}

/** The container itself, or a command in it; both run as the user of the pod. */
export function runInside(
  { image, plan, env, logFile }: Place<ContainerPlan>,
  command: readonly string[],
  output: 'log' | 'pipe',
): Child {
  const [program = '', ...args] = command;
  const log = output === 'log' ? openSync(logFile, 'a') : 'pipe';
  const child = startChild(program, args, {
    cwd: image.folder,
    env,
    stdio: ['ignore', log, log],
    ...(IS_ROOT ? plan.user : {}),
  });
  if (log !== 'pipe') closeSync(log);
  return child;
}
