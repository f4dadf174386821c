import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../chaos/build.js';
import { openEhr } from '../chaos/ehr.js';
import { say } from '../chaos/report.js';
import { within } from '../chaos/rig.js';
import { openStack } from '../chaos/stack.js';
import { judge } from '../chaos/verdict.js';
import { helm } from '../chart/render.js';
import { checkBounds } from './bounds.js';
import { Carts } from './carts.js';
import { buildImage, checkout, previousVersion, type Image } from './image.js';
import { renderRelease } from './release.js';
import { Report } from './report.js';
import { dumpUnderLoad, restore } from './restore.js';
import { Site } from './site.js';
import {
  answerWhileLeaving,
  checkMigrations,
  deletePods,
  roll,
  stopStores,
  untilWorking,
  wrongModel,
  type Scene,
} from './story.js';

/**
 * `npm run rollout`: from the rendered chart to real processes. An installation is upgraded, rolled
 * back, hurt and restored while carts send, and in the end every ECG is counted.
 */
const { values } = parseArgs({
  options: {
    ecgs: { type: 'string', default: '500' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
const WORKERS = 3;
const CARTS = 6;
/** What the steps take together on a small machine; the carts are paced so that they last. */
const STEPS_MS = 180_000;
const END_MS_MAX = 120_000;
/** The image of today ends with one migration more than the version before knows. */
const LATER = {
  name: '9999-later',
  statements: [
    'alter table receipts add column later text',
    'alter table ecgs add column later text',
    'alter table assessments add column later integer not null default 0',
    'alter table deliveries add column later text',
    'create index receipts_later on receipts (later) where later is not null',
    'create table later (id text primary key)',
  ],
};
const PLANNED = ['upgrade', 'rollback', 'SIGTERM', 'arrivals held'];

const report = new Report();
process.exitCode = await main();

async function main(): Promise<number> {
  const stack = helm === null ? null : await openStack('redis-postgres');
  if (stack === null) {
    say('skipped: rollout (helm, PostgreSQL or Redis is not installed here)\n0 passed, 0 failed');
    return 0;
  }
  const commit = previousVersion();
  const images: Image[] = [];
  const image = async (...given: Parameters<typeof buildImage>): Promise<Image> => {
    const built = await buildImage(...given);
    images.push(built);
    return built;
  };
  try {
    const today = await image({ name: 'today', source: ROOT, migration: LATER });
    const spoiled = await image({ name: 'spoiled', source: ROOT, migration: LATER });
    const folder = commit === null ? null : await checkout(commit);
    const before = folder
      ? await image({ name: 'before', source: folder.path, modelVersion: '0.0.1' })
      : null;
    say(`rollout: seed ${values.seed}, ${values.ecgs} ECGs, from ${commit ?? 'nothing'} to today`);
    await tell(stack, today, before, spoiled);
    await folder?.remove();
  } catch (error) {
    report.check('the story came to its end', [
      error instanceof Error ? error.message : 'it did not',
    ]);
  } finally {
    for (const one of images) await one.remove();
    await stack.stop();
  }
  for (const one of report.skipped) say(`skipped: ${one}`);
  say(`${report.passed} passed, ${report.failed} failed`);
  return report.failed === 0 && report.passed > 0 ? 0 : 1;
}

async function tell(
  stack: Scene['stack'],
  today: Image,
  before: Image | null,
  spoiled: Image,
): Promise<void> {
  const ehrToken = 'a-token-of-the-ehr';
  const ehr = await openEhr(ehrToken);
  const at = { fhirBaseUrl: ehr.baseUrl, workers: WORKERS };
  const release = renderRelease(today, at);
  const former = before ? renderRelease(before, at) : null;
  const options = {
    databaseUrl: stack.env['LEADWIRE_DATABASE_URL'] ?? '',
    queueUrl: stack.env['LEADWIRE_QUEUE_URL'] ?? '',
    ehrToken,
  };
  const site = await Site.install(former ?? release, options);
  let carts: Carts | null = null;
  try {
    await site.start();
    const first = former ? null : LATER.name;
    await checkMigrations({ site, report }, 'installation', site.pods, first);
    const ecgs = Number(values.ecgs);
    carts = new Carts({
      port: site.mllp.port,
      seed: Number(values.seed),
      paceMs: (STEPS_MS * CARTS) / ecgs,
      stands: (key) => ehr.stands(key),
    });
    const scene: Scene = { site, stack, ehr, carts, report };
    await untilWorking(scene);
    if (former) {
      const old = new Set(site.pods);
      await roll(scene, 'upgrade', release);
      const fresh = site.pods.filter((pod) => !old.has(pod));
      await checkMigrations(scene, 'upgrade', fresh, LATER.name);
    } else report.skip('upgrade and rollback', 'there is no version before in this checkout');
    await wrongModel(scene, release, spoiled);
    await deletePods(scene);
    await answerWhileLeaving(scene);
    await stopStores(scene);
    if (former) await roll(scene, 'rollback', former);
    const dump = await dumpUnderLoad(scene);
    await untilWorking(scene);
    while (carts.sent.length < ecgs) await delay(1_000);
    await count(scene);
    await site.stop();
    checkBounds(
      report,
      site.pods.filter(({ place }) => place.image !== spoiled),
      [...site.gateway.farewells, ...site.worker.farewells],
    );
    await restore(scene, dump, release, options);
    await dump.remove();
  } catch (error) {
    for (const pod of site.pods) for (const line of pod.complaints(4)) say(`  ${pod.name} ${line}`);
    throw error;
  } finally {
    await carts?.abandon();
    await site.close();
    await ehr.close();
  }
}

/** The promise, counted where it is kept: in the ledger and in the EHR. */
async function count({ site, ehr, carts }: Scene): Promise<void> {
  await within(carts.end(), END_MS_MAX, 'the carts were not answered');
  const { acknowledged, sent, refusals, resent } = carts;
  const open = await site.settle(ehr, acknowledged.length);
  const doubled = judge(sent, await ehr.standing()).map(({ kind, key }) => `${kind}: ${key}`);
  report.note(`${sent.length} ECGs sent, ${resent} times again, ${ehr.count()} results`);
  report.check(
    `each of ${acknowledged.length} acknowledged ECGs stands in the EHR exactly once: 0 lost, 0 doubled`,
    [...open, ...doubled, ...refusals],
  );
  report.check(
    'none had to be taken back',
    ehr.withdrawn() === 0 ? [] : [`${ehr.withdrawn()} doubles were taken back`],
  );
  report.check(
    'each was assessed once and delivered once, says the ledger',
    await site.ledger.odd(),
  );
  const repeated = await site.ledger.repeated();
  const unfinished = carts.sent.filter(
    ({ key, unanswered }) =>
      repeated.has(key) && unanswered.some((during) => PLANNED.includes(during)),
  );
  report.check(
    'no cart was left without its answer after its ECG was stored, but where a store was stopped',
    unfinished.map(({ key, unanswered }) => `${key}: ${unanswered.join(', ')}`),
  );
}
