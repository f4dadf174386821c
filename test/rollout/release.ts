import { one, renderWith, type Manifest } from '../chart/render.js';
import type { Image } from './image.js';
import {
  containerPlan,
  deploymentPlan,
  type ContainerPlan,
  type DeploymentPlan,
} from './pod-plan.js';

/** Secrets of a namespace, which the site makes and the chart only names. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One revision of a Helm release: the chart of an image, rendered with the values of the site. */
export interface Release {
  readonly image: Image;
  readonly gateway: DeploymentPlan;
  readonly worker: DeploymentPlan;
  readonly configMaps: Secrets;
  /** Ports of the Services by their name, as service links would tell them to every pod. */
  readonly services: Readonly<Record<string, number>>;
  /** The pod of `helm test`. */
  readonly test: ContainerPlan;
}

export interface SiteValues {
  readonly fhirBaseUrl: string;
  readonly workers: number;
}

/** The small hospital, with its own EHR and a Redis; all else is as the file has it. */
export function renderRelease(image: Image, { fhirBaseUrl, workers }: SiteValues): Release {
  const anywhere = { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] };
  const manifests = renderWith({
    chart: image.chart,
    files: ['ci/small-hospital-values.yaml'],
    values: {
      settings: { fhirBaseUrl },
      queue: { secret: 'leadwire-queue' },
      networkPolicy: { egress: { queue: { ...anywhere, ports: [6379] } } },
      worker: { replicas: workers },
    },
  });
  return {
    image,
    gateway: deploymentPlan(one(manifests, 'Deployment', 'lw-gateway')),
    worker: deploymentPlan(one(manifests, 'Deployment', 'lw-worker')),
    configMaps: configMapsIn(manifests),
    services: servicesIn(manifests),
    test: containerPlan(one(manifests, 'Pod', 'lw-test'), 'runAsGroup'),
  };
}

function configMapsIn(manifests: readonly Manifest[]): Secrets {
  const maps = manifests.filter(({ kind }) => kind === 'ConfigMap');
  return Object.fromEntries(
    maps.map((map) => [map.metadata.name, map['data'] as Record<string, string>]),
  );
}

function servicesIn(manifests: readonly Manifest[]): Record<string, number> {
  const services = manifests.filter(({ kind }) => kind === 'Service');
  return Object.fromEntries(
    services.map((service) => {
      const { ports } = service['spec'] as { ports: readonly { port: number }[] };
      return [service.metadata.name, ports[0]?.port ?? 0];
    }),
  );
}
