/** The values of the chart that are not settings of the service, with what each is for. */
export type Schema = Readonly<Record<string, unknown>>;

export function object(
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return {
    type: 'object',
    ...(description === '' ? {} : { description }),
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

const text = (description: string, more: Schema = {}): Schema => ({
  type: 'string',
  description,
  ...more,
});
const flag = (description: string): Schema => ({ type: 'boolean', description });
const whole = (description: string, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description,
});
const oneOf = (description: string, ...values: string[]): Schema => ({
  type: 'string',
  enum: values,
  description,
});
const list = (description: string, items: Schema = { type: 'object' }): Schema => ({
  type: 'array',
  items,
  description,
});
/** Kubernetes checks what stands in here; its shape is not ours. */
const free = (description: string): Schema => ({ type: 'object', description });
const labels = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'string' },
});
const quantity = (description: string): Schema =>
  text(description, { pattern: '^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti)$' });

const PORT_MAX = 65_535;
const REPLICAS_MAX = 50;

export function fixedValues(): Readonly<Record<string, Schema>> {
  return {
    mode: oneOf(
      '`split`: gateways and workers beside an existing PostgreSQL. `evaluation`: one pod with its own volume.',
      'split',
      'evaluation',
    ),
    image: object('', {
      repository: text('Where the image is.', { minLength: 1 }),
      tag: text("The image's tag; the chart's appVersion where not given."),
      digest: text('The image by digest, instead of a tag.', {
        pattern: '^(sha256:[0-9a-f]{64})?$',
      }),
      pullPolicy: oneOf('When to pull.', 'Always', 'IfNotPresent', 'Never'),
      pullSecrets: list('Secrets of the registry: `[{name: ...}]`.'),
    }),
    database: object('', {
      secret: text('Secret with the postgres:// address of the ledger. Needed in mode split.'),
      key: text('Its key.', { minLength: 1 }),
    }),
    queue: object('', {
      secret: text(
        'Secret with the redis:// address of the queue. Unset: jobs wait in the database.',
      ),
      key: text('Its key.', { minLength: 1 }),
    }),
    policy: free("The site's policy (docs/policy.md). Empty: evaluation, nobody is paged."),
    models: object('', {
      existingClaim: text('Claim of a volume with models, in place of those in the image.'),
    }),
    gateway: object('', {
      replicas: whole('Gateways: the pods with the doors.', 1, REPLICAS_MAX),
      resources: free('Requests and limits of a gateway; memory in Mi or Gi.'),
    }),
    worker: object('', {
      replicas: whole('Workers, where they are not scaled automatically.', 1, REPLICAS_MAX),
      resources: free('Requests and limits of a worker: its CPU limit sets the scoring threads.'),
    }),
    evaluation: object('', {
      storage: quantity('Size of the volume of the evaluation pod.'),
      storageClass: text("Its storage class; the cluster's default where not given."),
      resources: free('Requests and limits of the evaluation pod.'),
    }),
    drainSeconds: whole('Time to finish what is under way; the pod is given longer.', 1, 600),
    preStopSeconds: whole('Time for load balancers to learn that a pod is leaving.', 1, 120),
    temporaryStorage: quantity('Space for temporary files.'),
    mllp: object('', {
      service: object('', {
        type: oneOf('Kind of the MLLP Service.', 'ClusterIP', 'LoadBalancer', 'NodePort'),
        port: whole('Its port.', 1, PORT_MAX),
        nodePort: {
          type: ['integer', 'null'],
          minimum: 1,
          maximum: PORT_MAX,
          description: 'Port on the nodes, for type NodePort.',
        },
        annotations: labels('For the load balancer of the site.'),
        sourceRanges: list('Senders let through the load balancer, as CIDR blocks.', {
          type: 'string',
        }),
      }),
    }),
    http: object('', {
      service: object('', {
        port: whole('Port of the HTTP Service.', 1, PORT_MAX),
        annotations: labels('Annotations of the HTTP Service.'),
      }),
    }),
    ingress: object('', {
      enabled: flag('An Ingress for board, API, rest-hook and CDS Hooks.'),
      className: text('Its class.'),
      host: text('The host under which it is reached.'),
      tlsSecret: text('Secret with its certificate.'),
      annotations: labels('More annotations.'),
    }),
    gatewayApi: object('', {
      enabled: flag('An HTTPRoute in place of the Ingress.'),
      parentRefs: list('The Gateways that take it.'),
      hostnames: list('Its hosts.', { type: 'string' }),
    }),
    networkPolicy: networkPolicy(),
    autoscaling: object('', {
      kind: oneOf('What scales the workers.', 'none', 'keda', 'external', 'cpu'),
      minReplicas: whole('Fewest workers.', 1, REPLICAS_MAX),
      maxReplicas: whole('Most workers.', 1, REPLICAS_MAX),
      oldestJobSeconds: whole('A job that waited so long asks for more workers.', 1, 3_600),
      jobsPerWorker: whole('So many waiting jobs a worker ask for one more.', 1, 10_000),
      scaleDownSeconds: whole('So long it must be quiet before a worker goes.', 0, 3_600),
      prometheusUrl: text('The Prometheus that KEDA asks.'),
    }),
    serviceAccount: object('', {
      create: flag('Make a service account. It has no rights and no token.'),
      name: text('Its name.'),
      annotations: labels('Its annotations.'),
    }),
    monitoring: monitoring(),
    podAnnotations: labels('Annotations of the pods.'),
    podLabels: labels('Labels of the pods.'),
    nodeSelector: labels('Nodes to run on.'),
    tolerations: list('Taints to tolerate.'),
    priorityClassName: text('Priority class of the pods.'),
    test: object('', { seconds: whole('Longest wait of `helm test`.', 1, 3_600) }),
  };
}

function networkPolicy(): Schema {
  const peers = (what: string): Schema => list(`${what}, as NetworkPolicy peers.`);
  const ports = list('Their ports.', { type: 'integer', minimum: 1, maximum: PORT_MAX });
  const way = (what: string): Schema => object('', { to: peers(what), ports });
  return object('', {
    enabled: flag('Nothing in or out but what is named. Off leaves it to the site.'),
    ingress: object('', {
      http: peers('Who may reach board and API'),
      mllp: peers('Who may send by MLLP'),
      metrics: peers('Who may scrape metrics'),
    }),
    egress: object('', {
      dns: way('The name servers'),
      database: way('The PostgreSQL'),
      queue: way('The Redis'),
      ehr: way('The FHIR server'),
      identityProvider: way('The OpenID provider of the board'),
      others: list(
        'Every other address that a setting names, each with a name.',
        object('', { name: text('What it is.'), to: peers('Where'), ports }, [
          'name',
          'to',
          'ports',
        ]),
      ),
    }),
  });
}

function monitoring(): Schema {
  return object('', {
    serviceMonitor: object('', {
      enabled: flag('A ServiceMonitor for the Prometheus operator.'),
      interval: text('How often it scrapes.', { pattern: '^[0-9]+(s|m)$' }),
      labels: labels('Labels it is chosen by.'),
    }),
    rules: object('', {
      enabled: flag('A PrometheusRule with the alerts of docs/runbook.md.'),
      labels: labels('Labels it is chosen by.'),
    }),
    dashboard: object('', {
      enabled: flag('A ConfigMap with the Grafana dashboard.'),
      labels: labels('Labels it is found by.'),
    }),
  });
}
