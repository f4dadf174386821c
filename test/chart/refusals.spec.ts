import { describe, expect, test } from '@jest/globals';
import { helm, refusalOf } from './render.js';

const SPLIT = { database: { secret: 'db' }, networkPolicy: { enabled: false } };
const OPEN = { networkPolicy: { enabled: false } };

/** Each with the words of the sentence by which a person sees what to do. */
const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ['no database', OPEN, /database\.secret is empty.*or set mode to evaluation/],
  [
    'an embedded ledger beside a database',
    { mode: 'evaluation', database: { secret: 'db' }, ...OPEN },
    /the ledger is a file in the pod's own volume/,
  ],
  [
    'an embedded ledger on several pods',
    { mode: 'evaluation', evaluation: { replicas: 2 }, ...OPEN },
    /additional properties 'replicas' not allowed/,
  ],
  [
    'an embedded ledger with autoscaling',
    { mode: 'evaluation', autoscaling: { kind: 'cpu' }, ...OPEN },
    /serves one pod and never two/,
  ],
  [
    'autoscaling without Redis',
    { ...SPLIT, autoscaling: { kind: 'keda', prometheusUrl: 'http://p' } },
    /autoscaling is on without queue\.secret/,
  ],
  [
    'KEDA without a Prometheus',
    { ...SPLIT, queue: { secret: 'q' }, autoscaling: { kind: 'keda' } },
    /prometheusUrl is empty/,
  ],
  [
    'fewer workers at most than at least',
    { ...SPLIT, autoscaling: { kind: 'cpu', minReplicas: 5, maxReplicas: 2 } },
    /minReplicas is above/,
  ],
  [
    'an image by two names',
    { ...SPLIT, image: { tag: 'a', digest: `sha256:${'a'.repeat(64)}` } },
    /a digest names one image exactly/,
  ],
  ['a digest that is none', { ...SPLIT, image: { digest: 'sha256:abc' } }, /pattern/],
  ['an Ingress without a host', { ...SPLIT, ingress: { enabled: true } }, /ingress\.host is empty/],
  ['a route without a Gateway', { ...SPLIT, gatewayApi: { enabled: true } }, /parentRefs is empty/],
  [
    'ranges that no load balancer enforces',
    { ...SPLIT, mllp: { service: { sourceRanges: ['10.0.0.0/8'] } } },
    /only holds for type LoadBalancer/,
  ],
  [
    'a closed way to the database',
    { database: { secret: 'db' } },
    /may not reach their PostgreSQL/,
  ],
  [
    'a closed way to Redis',
    {
      database: { secret: 'db' },
      queue: { secret: 'q' },
      networkPolicy: { egress: { database: { to: [{ podSelector: {} }] } } },
    },
    /may not reach their Redis/,
  ],
  [
    'a closed way to the EHR',
    {
      database: { secret: 'db' },
      settings: { fhirBaseUrl: 'https://ehr.example/fhir' },
      networkPolicy: { egress: { database: { to: [{ podSelector: {} }] } } },
    },
    /results could not be written/,
  ],
  [
    'memory in bytes',
    { ...SPLIT, worker: { resources: { limits: { memory: '1000000000' } } } },
    /write it in Mi or Gi/,
  ],
  ['a key nobody knows', { ...SPLIT, replicaCount: 2 }, /additional properties 'replicaCount'/],
  ['a setting nobody knows', { ...SPLIT, settings: { colour: 'red' } }, /'colour' not allowed/],
  [
    'a setting out of its bounds',
    { ...SPLIT, settings: { leaseSeconds: 1 } },
    /minimum: got 1, want 2/,
  ],
  [
    'a secret as a plain setting',
    { ...SPLIT, settings: { apiToken: 'secret' } },
    /'apiToken' not allowed/,
  ],
  [
    'a file from two places',
    { ...SPLIT, files: { mllpTlsCertFile: { secret: 'a', configMap: 'b', key: 'c' } } },
    /oneOf/,
  ],
  ['a mode that is none', { ...OPEN, mode: 'cluster' }, /must be one of 'split', 'evaluation'/],
];

const withHelm = helm === null ? describe.skip : describe;

withHelm('values that cannot work are refused, each with a sentence', () => {
  test.each(WRONG)('%s', (_, values, sentence) => {
    expect(refusalOf(values)).toMatch(sentence);
  });

  test('and those beside them are taken', () => {
    expect(refusalOf(SPLIT)).toBeNull();
    expect(refusalOf({ mode: 'evaluation', ...OPEN })).toBeNull();
  });
});
