import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ROOT } from '../chaos/build.js';
import { openEhr } from '../chaos/ehr.js';
import { say } from '../chaos/report.js';
import { within } from '../chaos/rig.js';
import { openStack } from '../chaos/stack.js';
import { judge } from '../chaos/verdict.js';
import { helm } from '../chart/render.js';
import { checkBounds, checkResources } from './bounds.js';
import { Carts, CARTS } from './carts.js';
import { buildImage, checkout, previousVersion, type Image, type ImageOptions } from './image.js';
import { renderRelease } from './release.js';
import { Report } from './report.js';
import { dumpUnderLoad, restore } from './restore.js';
import { Site } from './site.js';
import {
  checkMigrations,
  deletePods,
  dismissWrongModel,
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
    workers: { type: 'string', default: '3' },
    /** A commit for the version before; `none` leaves upgrade and rollback out. */
    from: { type: 'string' },
    /** The small network of the tests where not given, as what they answer is not asked here. */
    models: { type: 'string' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
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
const PLANNED = ['upgrade', 'rollback', 'second upgrade', 'SIGTERM', 'Redis stopped'];

const report = new Report();
process.exitCode = await main();

async function main(): Promise<number> {
  const stack = helm === null ? null : await openStack('redis-postgres');
  if (stack === null) {
    say('skipped: rollout (helm, PostgreSQL or Redis is not installed here)\n0 passed, 0 failed');
    return 0;
  }
  const commit = values.from === 'none' ? null : (values.from ?? previousVersion());
  const images: Image[] = [];
  const weights = values.models === undefined ? {} : { models: resolve(values.models) };
  const image = async (given: ImageOptions): Promise<Image> => {
    const built = await buildImage({ ...weights, ...given });
    images.push(built);
    return built;
  };
  try {
    const today = await image({ name: 'today', source: ROOT, migration: LATER });
    const spoiled = await image({ name: 'spoiled', source: ROOT, migration: LATER });
    // Restored in haste, with whatever weights are at hand.
    const later = await image({
      name: 'later',
      source: ROOT,
      migration: LATER,
      modelVersion: '9.0.0',
    });
    const folder = commit === null ? null : await checkout(commit);
    const before = folder
      ? await image({ name: 'before', source: folder.path, modelVersion: '0.0.1' })
      : null;
    say(`rollout: seed ${values.seed}, ${values.ecgs} ECGs, from ${commit ?? 'nothing'} to today`);
    await tell(stack, { today, before, spoiled, later });
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

interface Images {
  readonly today: Image;
  readonly before: Image | null;
  readonly spoiled: Image;
  readonly later: Image;
}

async function tell(stack: Scene['stack'], images: Images): Promise<void> {
  const { today, before, spoiled } = images;
  const ehrToken = 'a-token-of-the-ehr';
  const ehr = await openEhr(ehrToken);
  const at = { fhirBaseUrl: ehr.baseUrl, workers: Number(values.workers) };
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
      await roll(scene, 'rollback', former);
      await roll(scene, 'second upgrade', release);
    } else report.skip('upgrade and rollback', 'there is no version before in this checkout');
    const wrong = await wrongModel(scene, release, spoiled);
    await deletePods(scene);
    await stopStores(scene);
    await dismissWrongModel(scene, wrong);
    const dump = await dumpUnderLoad(scene);
    await untilWorking(scene);
    while (carts.sent.length < ecgs) await delay(1_000);
    await count(scene);
    await site.stop();
    const farewells = [...site.gateway.farewells, ...site.worker.farewells];
    const sound = site.pods.filter(({ place }) => place.image !== spoiled);
    checkBounds(report, sound, farewells);
    checkResources(report, farewells, carts.sent.length);
    await restore(scene, dump, renderRelease(images.later, at), options);
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
