import { setTimeout as delay } from 'node:timers/promises';
import type { Ehr } from '../chaos/ehr.js';
import { within } from '../chaos/rig.js';
import { openMllpDoor } from '../chaos/senders.js';
import type { Stack } from '../chaos/stack.js';
import type { Carts } from './carts.js';
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
const OUTAGE_MS = 8_000;
/** So many results prove that all is well again, beside the ones that were on their way. */
const RESULTS_AFTER = 6;
/** Held longer than the pod's preStop lasts, and shorter than a statement or a cart may wait. */
const HELD_MS = 7_000;

/** Redis and PostgreSQL are stopped as an operator stops them, and work goes on afterwards. */
export async function stopStores(scene: Scene): Promise<void> {
  const { redis, postgres } = scene.stack;
  for (const [name, server, signal] of [
    ['Redis', redis, 'SIGTERM'],
    // What PostgreSQL calls a fast shutdown: sessions are ended, nothing is recovered afterwards.
    ['PostgreSQL', postgres, 'SIGINT'],
  ] as const) {
    await during(scene, `${name} stopped`, async () => {
      await server?.restart(OUTAGE_MS, signal);
      await untilWorking(scene);
    });
    scene.report.check(
      `${name} is stopped for ${seconds(OUTAGE_MS)} and started: no pod is started anew, work goes on`,
      scene.site.pods.filter(({ restarts }) => restarts > 0).map(({ name: pod }) => pod),
    );
  }
}

/** Both kinds of pods lose one to `kubectl delete pod`, while the carts send. */
export async function deletePods(scene: Scene): Promise<void> {
  await during(scene, 'SIGTERM', async () => {
    const { gateway, worker } = scene.site;
    await Promise.all([gateway, worker].map((one) => one.replace(firstOf(one))));
  });
}

/** An ECG is in the pod's hands when it is told to go: its cart still hears AA, on that socket. */
export async function answerWhileLeaving(scene: Scene): Promise<void> {
  const { site, carts, report } = scene;
  const pod = firstOf(site.gateway);
  const ecg = new EcgSource(0, Date.now()).next();
  const entry = { key: ecg.key, ecg, acknowledged: false, acknowledgedAtMs: 0, unanswered: [] };
  await during(scene, 'arrivals held', async () => {
    const door = openMllpDoor(pod.place.ports['mllp'] ?? 0);
    const letGo = await site.ledger.holdArrivals();
    carts.sent.push(entry);
    const answered = door.send(ecg);
    await delay(LOOK_MS);
    const gone = site.gateway.replace(pod);
    await delay(HELD_MS);
    await letGo();
    const answer = await answered;
    entry.acknowledged = answer.kind === 'acknowledged';
    entry.acknowledgedAtMs = Date.now();
    await gone;
    door.close();
    report.check(
      `an ECG that waits in a pod when SIGTERM comes is answered AA on the same socket`,
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

/** A worker whose weights differ from their card, beside those that work. */
export async function wrongModel(scene: Scene, release: Release, spoiled: Image): Promise<void> {
  const file = await spoilModel(spoiled);
  const { site, report } = scene;
  const pod = await site.worker.surge(release.worker, spoiled);
  const { startup } = release.worker.pod;
  const saysWhy = (event: string): boolean =>
    event.startsWith('Startup probe failed: models: placeholder:') && event.includes(file);
  const untilMs = performance.now() + startup.periodSeconds * startup.failureThreshold * 1000;
  while (!pod.events.some(saysWhy) && performance.now() < untilMs) await delay(LOOK_MS);
  // Work goes on beside it: a worker that cannot score takes no ECG from one that can.
  await untilWorking(scene);
  report.check('a model whose bytes are not those of its card: the pod never gets ready', [
    ...(pod.readyMs === null ? [] : ['it got ready']),
  ]);
  report.check(
    'and its event names the file',
    pod.events.some(saysWhy) ? [] : ['no event says why', ...pod.events.slice(-3)],
  );
  report.note(pod.events.find(saysWhy) ?? '');
  const retried = pod.told('scoreRetried').length + pod.told('scoreParked').length;
  report.check(
    'and it takes no ECG from the workers that can score',
    retried === 0 ? [] : [`${retried} ECGs were put off by it`],
  );
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
