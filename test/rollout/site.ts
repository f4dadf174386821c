import { chmod, readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ehr } from '../chaos/ehr.js';
import { temporaryFolder, type Folder } from '../chaos/folder.js';
import { openBalancer, type Balancer } from './balancer.js';
import { furnish, runInside, type Namespace } from './container.js';
import { Deployment } from './deployment.js';
import { lookInto, type LedgerLook } from './ledger-look.js';
import type { Pod } from './pod.js';
import type { Release } from './release.js';

export interface SiteOptions {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly ehrToken: string;
}

const LOOK_MS = 500;
const SETTLE_MS_MAX = 180_000;

/** One installed release: its pods, its Services, and the Secrets that the site made for it. */
export class Site {
  readonly apiToken = randomBytes(24).toString('hex');
  readonly ledger: LedgerLook;

  private constructor(
    readonly gateway: Deployment,
    readonly worker: Deployment,
    readonly mllp: Balancer,
    readonly http: Balancer,
    databaseUrl: string,
    private readonly namespace: Namespace,
    private readonly folder: Folder,
  ) {
    this.ledger = lookInto(databaseUrl);
  }

  static async install(release: Release, options: SiteOptions): Promise<Site> {
    const folder = await temporaryFolder('pods');
    // The pods' own user has to get through.
    await chmod(folder.path, 0o755);
    const secrets: Record<string, Record<string, string>> = {
      'leadwire-database': { url: options.databaseUrl },
      'leadwire-queue': { url: options.queueUrl },
      leadwire: { 'fhir-token': options.ehrToken },
    };
    const namespace: Namespace = {
      secrets,
      configMaps: release.configMaps,
      services: release.services,
    };
    const { image } = release;
    const gateway = new Deployment(release.gateway, image, namespace, folder.path);
    const worker = new Deployment(release.worker, image, namespace, folder.path);
    const mllp = await openBalancer(() => gateway.portsOf('mllp'));
    const http = await openBalancer(() => gateway.portsOf('http'));
    const site = new Site(gateway, worker, mllp, http, options.databaseUrl, namespace, folder);
    secrets['leadwire'] = { ...secrets['leadwire'], 'api-token': site.apiToken };
    return site;
  }

  get pods(): readonly Pod[] {
    return [...this.gateway.all, ...this.worker.all];
  }

  async start(): Promise<void> {
    await Promise.all([this.gateway.start(), this.worker.start()]);
  }

  /** `helm upgrade` and `helm rollback` alike: both Deployments change at the same time. */
  async rollTo({ gateway, worker, image }: Release): Promise<void> {
    await Promise.all([this.gateway.rollTo(gateway, image), this.worker.rollTo(worker, image)]);
  }

  /** `helm test`: the pod of the chart, which finds the Services by their names, run to its end. */
  async test({ image, test, services }: Release): Promise<{ passed: boolean; said: string }> {
    const place = await furnish('helm-test', image, test, this.namespace, this.folder.path);
    const names = Object.entries(services).map(([name, port]): [string, string] => {
      const { port: here } = name.endsWith('-mllp') ? this.mllp : this.http;
      return [`${name}:${port}`, `127.0.0.1:${here}`];
    });
    const args = place.args.map((arg) =>
      names.reduce((text, [name, here]) => text.replace(name, here), arg),
    );
    const { code } = await runInside(place, [...image.entrypoint, ...args], 'log').exited;
    return { passed: code === 0, said: await readFile(place.logFile, 'utf8') };
  }

  /** Until nothing is open in the ledger and the EHR holds as many results. */
  async settle(ehr: Ehr, results: number): Promise<string[]> {
    const untilMs = Date.now() + SETTLE_MS_MAX;
    let open = Number.NaN;
    while (Date.now() < untilMs) {
      open = await this.ledger.open();
      if (open === 0 && ehr.count() >= results) return [];
      await delay(LOOK_MS);
    }
    return [`${open} rows still open, ${ehr.count()} of ${results} results in the EHR`];
  }

  async stop(): Promise<void> {
    await Promise.all([this.gateway.stop(), this.worker.stop()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.gateway.destroy(), this.worker.destroy()]);
    await Promise.all([this.mllp.close(), this.http.close()]);
    await this.folder.remove();
  }
}
