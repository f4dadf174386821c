import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { EcgSource } from '../chaos/ecgs.js';
import { openMllpDoor } from '../chaos/senders.js';
import { describeWith } from '../support/describe-with.js';
import { eventually } from '../support/eventually.js';
import { runService, temporaryFolder } from '../support/service.js';
import {
  isAvailable,
  startPostgres,
  startRedis,
  type PostgresService,
} from '../support/services.js';

const WAIT_MS = 60_000;

describeWith('postgres', 'what the service does without its stores', () => {
  const folder = temporaryFolder();
  let postgres: PostgresService;
  let ehr: SandboxEhr;
  const freshDatabase = async () => postgres.url(await postgres.createDatabase());

  beforeAll(async () => {
    const started = await startPostgres();
    if (!started) throw new Error('no PostgreSQL');
    postgres = started;
    ehr = await startSandboxEhr();
  });
  afterAll(async () => {
    await ehr.close();
    await postgres.stop();
    folder.remove();
  });

  test(
    'a database from before these ECGs, under other weights: sent again they stand once',
    async () => {
      const source = new EcgSource(7, Date.now());
      const ecgs = [source.next(), source.next(), source.next()];
      const weights = join(folder.path, 'weights');
      cpSync('test/models', weights, { recursive: true });
      const card = join(weights, 'placeholder/card.json');
      const former = JSON.parse(readFileSync(card, 'utf8')) as Record<string, unknown>;
      writeFileSync(card, JSON.stringify({ ...former, version: '9.0.0' }));
      const found: number[] = [];
      for (const more of [{}, { LEADWIRE_MODELS_DIR: weights }]) {
        const service = await runService({
          env: {
            LEADWIRE_DATABASE_URL: await freshDatabase(),
            LEADWIRE_FHIR_BASE_URL: ehr.url,
            ...more,
          },
        });
        const door = openMllpDoor(service.mllpPort ?? 0);
        for (const ecg of ecgs) expect((await door.send(ecg)).kind).toBe('acknowledged');
        door.close();
        const told = (name: string): number =>
          service.lines.filter((line) => line.includes(`"name":"${name}"`)).length;
        await eventually(() => {
          expect(told('delivered') + told('deliveryFound')).toBe(ecgs.length);
          return Promise.resolve();
        }, WAIT_MS);
        found.push(told('deliveryFound'));
        await service.kill('SIGKILL');
      }
      expect(found).toEqual([0, ecgs.length]);
      expect(ehr.store.all('RiskAssessment')).toHaveLength(ecgs.length);
    },
    4 * WAIT_MS,
  );

  const withRedis = isAvailable('redis') ? describe : describe.skip;
  withRedis('a gateway whose Redis is away', () => {
    test(
      'is ready, stores and answers, and says what is missing',
      async () => {
        const redis = await startRedis({ own: true });
        const service = await runService({
          env: {
            LEADWIRE_ROLE: 'gateway',
            LEADWIRE_DATABASE_URL: await freshDatabase(),
            LEADWIRE_QUEUE_URL: redis?.url ?? '',
          },
        });
        await redis?.stop();
        await eventually(async () => {
          const answer = await fetch(`${service.url}/health/ready`);
          const { parts } = (await answer.json()) as { parts: Record<string, { ok: boolean }> };
          expect([parts['queue']?.ok, answer.status]).toEqual([false, 200]);
        }, WAIT_MS);
        const door = openMllpDoor(service.mllpPort ?? 0);
        expect((await door.send(new EcgSource(8, Date.now()).next())).kind).toBe('acknowledged');
        door.close();
        await service.kill('SIGKILL');
      },
      2 * WAIT_MS,
    );
  });
});
