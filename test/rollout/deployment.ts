import { setTimeout as delay } from 'node:timers/promises';
import { furnish, type Namespace } from './container.js';
import type { Image } from './image.js';
import { Pod, type Farewell } from './pod.js';
import type { DeploymentPlan } from './pod-plan.js';

const LOOK_MS = 100;

/** A Deployment and its controller: as many ready pods as asked for, replaced as its strategy says. */
export class Deployment {
  readonly farewells: Farewell[] = [];
  /** Every pod it ever had, the dead too. */
  readonly all: Pod[] = [];
  #plan: DeploymentPlan;
  #image: Image;
  #pods: Pod[] = [];
  #made = 0;

  constructor(
    plan: DeploymentPlan,
    image: Image,
    private readonly namespace: Namespace,
    private readonly folder: string,
  ) {
    this.#plan = plan;
    this.#image = image;
  }

  get name(): string {
    return this.#plan.name;
  }

  get pods(): readonly Pod[] {
    return this.#pods;
  }

  /** Ports of the pods that a Service sends to. */
  portsOf(name: string): number[] {
    return this.#pods.flatMap(({ isEndpoint, place }) => {
      const port = place.ports[name];
      return isEndpoint && port !== undefined ? [port] : [];
    });
  }

  /** All pods at once, as after an installation. */
  async start(): Promise<void> {
    const pods = await Promise.all(
      Array.from({ length: this.#plan.replicas }, () => this.#create()),
    );
    await Promise.all(pods.map((pod) => this.#untilReady(pod)));
  }

  /** One pod more, then one of the old less, until all are new: maxSurge 1, maxUnavailable 0. */
  async rollTo(plan: DeploymentPlan, image: Image): Promise<void> {
    if (plan.maxSurge !== 1 || plan.maxUnavailable !== 0) {
      throw new Error('this controller knows maxSurge 1 and maxUnavailable 0 alone');
    }
    this.#plan = plan;
    this.#image = image;
    const leaving: Promise<void>[] = [];
    for (const old of [...this.#pods]) {
      await this.#untilReady(await this.#create());
      leaving.push(this.#remove(old));
    }
    await Promise.all(leaving);
  }

  /** A pod that is to be replaced by one that does not get ready: the rollout stands still. */
  surge(plan: DeploymentPlan, image: Image): Promise<Pod> {
    return this.#create(plan, image);
  }

  /** The end of such a rollout; how a pod leaves that was never ready is not counted. */
  async dismiss(pod: Pod): Promise<void> {
    this.#pods = this.#pods.filter((one) => one !== pod);
    await pod.destroy();
  }

  /** `kubectl delete pod`: it leaves, and another is born at the same time. */
  async replace(pod: Pod): Promise<void> {
    const gone = this.#remove(pod);
    await this.#untilReady(await this.#create());
    await gone;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pods.map((pod) => this.#remove(pod)));
  }

  async destroy(): Promise<void> {
    await Promise.all(this.all.map((pod) => pod.destroy()));
  }

  async #create(plan = this.#plan, image = this.#image): Promise<Pod> {
    this.#made += 1;
    const name = `${plan.name}-${image.name}-${this.#made}`;
    const pod = new Pod(await furnish(name, image, plan.pod, this.namespace, this.folder));
    this.#pods.push(pod);
    this.all.push(pod);
    return pod;
  }

  async #remove(pod: Pod): Promise<void> {
    this.farewells.push(await pod.leave());
    this.#pods = this.#pods.filter((one) => one !== pod);
  }

  /** As long as a kubelet would go on probing at most: beyond it the container is started anew. */
  async #untilReady(pod: Pod): Promise<void> {
    const { periodSeconds, timeoutSeconds, failureThreshold } = pod.place.plan.startup;
    const boundMs = Math.max(periodSeconds, timeoutSeconds) * failureThreshold * 1000;
    const untilMs = performance.now() + boundMs;
    while (!pod.isEndpoint) {
      if (performance.now() > untilMs) {
        const why = [...pod.events.slice(-3), ...pod.complaints(5)].join('\n');
        throw new Error(`${pod.name} was not ready within ${boundMs / 1000} s:\n${why}`);
      }
      await delay(LOOK_MS);
    }
  }
}
