import { setTimeout as delay } from 'node:timers/promises';
import type { Ehr } from '../chaos/ehr.js';
import { within } from '../chaos/rig.js';
import { openMllpDoor } from '../chaos/senders.js';
import type { Stack } from '../chaos/stack.js';
import { ANSWER_MS_MAX, type Carts } from './carts.js';
import type { Deployment } from './deployment.js';
import { spoilModel, type Image } from './image.js';
import { EcgSource } from '../chaos/ecgs.js';
import type { Pod } from './pod.js';
import type { Release } from './release.js';
import { seconds, type Report } from './report.js';
import type { Site } from './site.js';

/** All that a step of the story may touch. */
export interface Scene {
  readonly site: Site;
  readonly stack: Stack;
  readonly ehr: Ehr;
  readonly carts: Carts;
  readonly report: Report;
}

const LOOK_MS = 250;
const RESULTS_MS_MAX = 120_000;
const OUTAGE_MS = 15_000;
const REDIS_STOPPED = 'Redis stopped';
/** So many results prove that all is well again, beside the ones that were on their way. */
const RESULTS_AFTER = 6;
/** After SIGTERM; with preStop shorter than a statement or a cart may wait. */
const HELD_AFTER_MS = 2_000;

/** Redis and PostgreSQL are stopped as an operator stops them, and work goes on afterwards. */
export async function stopStores(scene: Scene): Promise<void> {
  const { redis, postgres } = scene.stack;
  const { report, carts, site } = scene;
  await during(scene, REDIS_STOPPED, async () => {
    await redis?.restart(OUTAGE_MS, 'SIGTERM');
  });
  await untilWorking(scene);
  report.check(
    `Redis is away for ${seconds(OUTAGE_MS)}, longer than a pod takes to turn unready: carts are answered all the same`,
    carts.sent
      .filter(({ unanswered }) => unanswered.includes(REDIS_STOPPED))
      .map(({ key, unanswered }) => `${key}: ${unanswered.join(', ')}`),
  );
  // What PostgreSQL calls a fast shutdown: sessions are ended, nothing is recovered afterwards.
  await during(scene, 'PostgreSQL stopped', async () => {
    await postgres?.restart(OUTAGE_MS, 'SIGINT');
  });
  await untilWorking(scene);
  report.check(
    `PostgreSQL is away for ${seconds(OUTAGE_MS)}: no pod is started anew, work goes on`,
    site.pods.filter(({ restarts }) => restarts > 0).map(({ name: pod }) => pod),
  );
}

/**
 * `kubectl delete pod` for a gateway and a worker, while the carts send. An ECG is in the gateway's
 * hands when it is told to go: its cart still hears AA, on that socket.
 */
export async function deletePods(scene: Scene): Promise<void> {
  const { site, carts, report } = scene;
  const pod = firstOf(site.gateway);
  const ecg = new EcgSource(0, Date.now()).next();
  const entry = { key: ecg.key, ecg, acknowledged: false, acknowledgedAtMs: 0, unanswered: [] };
  await during(scene, 'SIGTERM', async () => {
    const door = openMllpDoor(pod.place.ports['mllp'] ?? 0, ANSWER_MS_MAX);
    const letGo = await site.ledger.holdArrivals();
    carts.sent.push(entry);
    const answered = door.send(ecg);
    await delay(LOOK_MS);
    const gone = Promise.all([
      site.gateway.replace(pod),
      site.worker.replace(firstOf(site.worker)),
    ]);
    await delay(pod.place.plan.preStopSeconds * 1000 + HELD_AFTER_MS);
    await letGo();
    const answer = await answered;
    entry.acknowledged = answer.kind === 'acknowledged';
    entry.acknowledgedAtMs = Date.now();
    await gone;
    door.close();
    report.check(
      'an ECG that waits in a pod when SIGTERM comes is answered AA on the same socket',
      entry.acknowledged ? [] : [`the answer was ${answer.kind}`],
    );
  });
}

/** New processes run on the schema, old ones run on the newer schema, and the carts hear nothing of it. */
export async function roll(scene: Scene, name: string, release: Release): Promise<void> {
  const startedMs = performance.now();
  await during(scene, name, () => scene.site.rollTo(release));
  await untilWorking(scene);
  scene.report.note(
    `${name} to ${release.image.name} took ${seconds(performance.now() - startedMs)}`,
  );
}

/** One statement of each migration is run by one pod, whoever of them comes first. */
export async function checkMigrations(
  { site, report }: Pick<Scene, 'site' | 'report'>,
  name: string,
  pods: readonly Pod[],
  last: string | null,
): Promise<void> {
  const migrated = pods.filter((pod) => pod.told('ledgerMigrated').length > 0);
  const names = await site.ledger.migrations();
  const problems = [
    ...(migrated.length === 1 ? [] : [`${migrated.length} pods migrated`]),
    ...(new Set(names).size === names.length ? [] : ['a migration is written down twice']),
    ...(last === null || names.at(-1) === last ? [] : [`the last migration is ${names.at(-1)}`]),
  ];
  report.check(`${name}: ${pods.length} starters race, one migrates`, problems);
}

/** A worker whose weights differ from their card, beside those that work; as a rollout that stands still. */
export async function wrongModel(
  { site, report }: Scene,
  release: Release,
  spoiled: Image,
): Promise<Pod> {
  const file = await spoilModel(spoiled);
  const pod = await site.worker.surge(release.worker, spoiled);
  const { startup } = release.worker.pod;
  const saysWhy = (event: string): boolean =>
    event.startsWith('Startup probe failed: models:') && event.includes(`: ${file} has SHA-256`);
  const untilMs = performance.now() + startup.periodSeconds * startup.failureThreshold * 1000;
  while (!pod.events.some(saysWhy) && performance.now() < untilMs) await delay(LOOK_MS);
  report.check(
    'a model whose bytes are not those of its card: the event of its pod names the file',
    pod.events.some(saysWhy) ? [] : ['no event says why', ...pod.events.slice(-3)],
  );
  report.note(pod.events.find(saysWhy) ?? '');
  return pod;
}

/** What became of it while much else went on. */
export async function dismissWrongModel({ site, report }: Scene, pod: Pod): Promise<void> {
  const retried = pod.told('scoreRetried').length + pod.told('scoreParked').length;
  report.check('and it never gets ready, and takes no ECG from workers that can score', [
    ...(pod.readyMs === null ? [] : ['it got ready']),
    ...(retried === 0 ? [] : [`${retried} ECGs were put off by it`]),
  ]);
  await site.worker.dismiss(pod);
}

/** As many results as were missing when it began, and some more. */
export async function untilWorking({ ehr, carts }: Scene): Promise<void> {
  const wanted = carts.acknowledged.length + RESULTS_AFTER;
  const come = async (): Promise<void> => {
    while (ehr.count() < wanted) await delay(LOOK_MS);
  };
  await within(come(), RESULTS_MS_MAX, `${wanted} results were not in the EHR`);
}

async function during({ carts }: Scene, name: string, work: () => Promise<void>): Promise<void> {
  carts.during = name;
  try {
    await work();
  } finally {
    carts.during = 'calm';
  }
}

function firstOf({ name, pods }: Deployment): Pod {
  const [pod] = pods;
  if (!pod) throw new Error(`${name} has no pod`);
  return pod;
}
