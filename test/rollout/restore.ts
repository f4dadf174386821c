import { setTimeout as delay } from 'node:timers/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startChild } from '../chaos/child.js';
import { temporaryFolder } from '../chaos/folder.js';
import { within } from '../chaos/rig.js';
import { openMllpDoor } from '../chaos/senders.js';
import { flushRedis } from '../chaos/stack.js';
import { judge } from '../chaos/verdict.js';
import { findProgram } from '../support/throw-away.js';
import { ANSWER_MS_MAX, type CartEntry } from './carts.js';
import { seconds } from './report.js';
import type { Release } from './release.js';
import { Site, type SiteOptions } from './site.js';
import type { Scene } from './story.js';

/** A dump, and the instant before which everything that was acknowledged is in it. */
export interface Dump {
  readonly file: string;
  readonly beganAtMs: number;
  remove(): Promise<void>;
}

const RESTORED = 'restored';
const LOOK_MS = 250;
/** So many results are on their way when the dump is taken: it must hold work that is not done. */
const UNDELIVERED = 8;
const WAIT_MS_MAX = 60_000;

/** `pg_dump` while ECGs come in, their results wait for an EHR that is away, and pods are at work. */
export async function dumpUnderLoad({ ehr, carts, stack, report }: Scene): Promise<Dump> {
  const folder = await temporaryFolder('dump');
  await mkdir(folder.path, { recursive: true });
  const file = join(folder.path, 'leadwire.dump');
  await ehr.sandbox.refuse();
  const waiting = async (): Promise<void> => {
    while (carts.open < UNDELIVERED) await delay(LOOK_MS);
  };
  await within(waiting(), WAIT_MS_MAX, `${UNDELIVERED} results did not wait`);
  const beganAtMs = Date.now();
  await run('pg_dump', ['--format=custom', `--file=${file}`, stack.env['LEADWIRE_DATABASE_URL']]);
  report.note(
    `pg_dump took ${seconds(Date.now() - beganAtMs)}, with ${carts.open} results on their way`,
  );
  await ehr.sandbox.accept();
  return { file, beganAtMs, remove: folder.remove };
}

/**
 * The database is gone, and so is what Redis held. The dump is restored elsewhere and started against
 * the same EHR, which holds all that was delivered since; the engine sends again from the time of the
 * dump, as the runbook asks it to.
 */
export async function restore(
  scene: Scene,
  dump: Dump,
  release: Release,
  options: SiteOptions,
): Promise<void> {
  const { stack, ehr, carts, report } = scene;
  const before = ehr.count();
  const url = new URL(options.databaseUrl);
  await ask(url.href, `create database ${RESTORED}`);
  url.pathname = `/${RESTORED}`;
  await run('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${url.href}`, dump.file]);
  if (stack.redis) await flushRedis(stack.redis);
  const site = await Site.install(release, { ...options, databaseUrl: url.href });
  try {
    const held = await site.ledger.ecgs();
    const openBefore = await site.ledger.open();
    await site.start();
    const problems = await site.settle(ehr, before);
    const kept = carts.acknowledged.filter((one) => one.acknowledgedAtMs < dump.beganAtMs);
    report.check(
      `restored elsewhere: all ${kept.length} ECGs acknowledged before the dump are in it, and its ${openBefore} open pieces of work are done`,
      [
        ...problems,
        ...(held >= kept.length ? [] : [`it holds ${held} ECGs`]),
        ...(await site.ledger.odd()),
      ],
    );
    const found = site.pods.flatMap((pod) => pod.told('deliveryFound')).length;
    report.check(
      'and what the EHR held already was found there and not written again',
      found > 0 ? [] : ['nothing was found standing: the drill proved nothing'],
    );
    report.note(`${found} results were found standing, ${ehr.count() - before} written`);
    const later = carts.acknowledged.filter((one) => one.acknowledgedAtMs >= dump.beganAtMs);
    report.check(
      `the engine sends the ${later.length} ECGs since the dump again: each is answered AA`,
      await sendAgain(site, later),
    );
    const after = await site.settle(ehr, before);
    report.check(`and the EHR holds what it held: nothing lost, nothing doubled`, [
      ...after,
      ...judge(carts.sent, await ehr.standing()).map(({ kind, key }) => `${kind}: ${key}`),
      ...(ehr.withdrawn() === 0 ? [] : [`${ehr.withdrawn()} doubles were taken back`]),
      ...(await site.ledger.odd()),
    ]);
    // Last, for its ECG is nobody's and would be counted as a stranger's.
    const { passed, said } = await site.test(release);
    report.check('helm test: its pod sends an ECG through the Services and sees it assessed', [
      ...(passed ? [] : [said]),
    ]);
    report.note(said.trim().replaceAll('\n', '; '));
    await site.stop();
  } finally {
    await site.close();
  }
}

/** As an engine does: no answer means again, for the nodes hear of a ready pod a little later. */
async function sendAgain(site: Site, entries: readonly CartEntry[]): Promise<string[]> {
  const door = openMllpDoor(site.mllp.port, ANSWER_MS_MAX);
  const problems: string[] = [];
  const untilMs = Date.now() + WAIT_MS_MAX;
  for (const { key, ecg } of entries) {
    let answer = await door.send(ecg);
    while (answer.kind === 'unknown' && Date.now() < untilMs) {
      await delay(LOOK_MS);
      answer = await door.send(ecg);
    }
    if (answer.kind !== 'acknowledged') problems.push(`${key}: ${answer.kind}`);
  }
  door.close();
  return problems;
}

async function run(name: string, args: readonly (string | undefined)[]): Promise<void> {
  const program = findProgram(name);
  if (program === null) throw new Error(`${name} is not installed`);
  const given = args.filter((one) => one !== undefined);
  const child = startChild(program, given, { stdio: ['ignore', 'inherit', 'inherit'] });
  const { code } = await child.exited;
  if (code !== 0) throw new Error(`${name} ended with ${code ?? 'a signal'}`);
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text);
  await client.end();
}
