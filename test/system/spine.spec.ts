import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { createVirtualCart, sendBy, type VirtualCart } from '../../src/sandbox/cart/cart.js';
import { createVisits, type Visit } from '../../src/sandbox/ed/visit.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import type { Standing } from '../../src/ingest/rest/standing.js';
import { eventually } from '../support/eventually.js';
import { writePagingSite } from '../support/paging-site.js';
import { isAvailable, startPostgres, startRedis } from '../support/services.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';

interface Stack {
  readonly name: string;
  readonly available: boolean;
  readonly start: () => Promise<Stores>;
}

interface Stores {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const STACKS: readonly Stack[] = [
  {
    name: 'embedded',
    available: true,
    start: () => Promise.resolve({ env: {}, stop: () => Promise.resolve() }),
  },
  {
    name: 'redis and postgres',
    available: isAvailable('redis') && isAvailable('postgres'),
    async start() {
      const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
      if (!redis || !postgres) throw new Error('Redis and PostgreSQL were there a moment ago');
      return {
        env: {
          LEADWIRE_QUEUE_URL: redis.url,
          LEADWIRE_DATABASE_URL: postgres.url(await postgres.createDatabase()),
        },
        stop: async () => {
          await redis.stop();
          await postgres.stop();
        },
      };
    },
  },
];

describe.each(STACKS)('the spine on $name', ({ name, start, available }) => {
  const promise = available ? test : test.skip;
  const folder = temporaryFolder();
  let ehr: SandboxEhr;
  let service: RunningService;
  let cart: VirtualCart;
  let stores: Stores;
  const nextVisit = createVisits(name.length);

  beforeAll(async () => {
    if (!available) return;
    ehr = await startSandboxEhr();
    stores = await start();
    service = await runService({
      env: {
        LEADWIRE_DATA_DIR: join(folder.path, 'data'),
        LEADWIRE_FHIR_BASE_URL: ehr.url,
        ...writePagingSite(folder.path),
        LEADWIRE_RETRY_SECONDS_MAX: '2',
        ...stores.env,
      },
    });
    cart = createVirtualCart({
      mllp: { host: '127.0.0.1', port: service.mllpPort ?? 0 },
      httpUrl: service.url,
    });
  }, 60_000);

  afterAll(async () => {
    if (!available) return;
    cart.close();
    await service.kill('SIGKILL');
    await ehr.close();
    await stores.stop();
    folder.remove();
  });

  const standingOf = async (receiptId: string): Promise<Standing> =>
    (await (await fetch(`${service.url}/api/receipts/${receiptId}`)).json()) as Standing;

  const receiptsOf = async (messageId: string): Promise<string[]> => {
    const answer = await fetch(`${service.url}/api/receipts?messageId=${messageId}`);
    const { receipts } = (await answer.json()) as { receipts: { receiptId: string }[] };
    return receipts.map(({ receiptId }) => receiptId);
  };

  const inTheEhr = (type: string, { reading }: Visit): number =>
    ehr.store.all(type).filter((one) => JSON.stringify(one).includes(reading.patient?.value ?? '?'))
      .length;

  const settled = async (receiptId: string): Promise<Standing> =>
    eventually(async () => {
      const standing = await standingOf(receiptId);
      expect(standing.assessment?.state).toBe('done');
      expect(standing.deliveries.map(({ state }) => state)).not.toContain('pending');
      expect(standing.deliveries.map(({ state }) => state)).not.toContain('claimed');
      return standing;
    });

  promise('the same ECG by four roads is one assessment, one alert and four receipts', async () => {
    const visit = nextVisit(Date.now());
    const { reading } = visit;
    expect((await sendBy(cart, 'mllp', reading, 'FOUR-1')).code).toBe('AA');
    expect((await sendBy(cart, 'mllp', reading, 'FOUR-2')).code).toBe('AA');
    expect((await sendBy(cart, 'rest', reading, 'FOUR-3')).code).toBe('202');
    const hook = await fetch(`${service.url}/fhir/rest-hook/Observation/four`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...toObservation(reading), id: 'four' }),
    });
    expect(hook.status).toBe(204);
    const [first = ''] = await receiptsOf('FOUR-1');
    const standing = await settled(first);
    await eventually(async () => {
      expect((await standingOf(first)).ecg?.sources).toBe(4);
    });
    expect(standing.deliveries.map(({ kind }) => kind).sort()).toEqual(['alert', 'result']);
    expect(inTheEhr('RiskAssessment', visit)).toBe(1);
    expect(inTheEhr('CommunicationRequest', visit)).toBe(1);
  });

  promise('a message sent again gets the same answer and does nothing twice', async () => {
    const visit = nextVisit(Date.now());
    await sendBy(cart, 'mllp', visit.reading, 'TWICE');
    await sendBy(cart, 'mllp', visit.reading, 'TWICE');
    const receipts = await Promise.all((await receiptsOf('TWICE')).map(standingOf));
    expect(receipts.map(({ outcome }) => outcome).sort()).toEqual(['ecg', 'repeat']);
    await settled(receipts.find(({ outcome }) => outcome === 'ecg')?.receiptId ?? '');
    expect(inTheEhr('RiskAssessment', visit)).toBe(1);
  });

  promise('an EHR that is away delays a result and loses none', async () => {
    const visit = nextVisit(Date.now());
    await ehr.refuse();
    await sendBy(cart, 'mllp', visit.reading, 'AWAY');
    const [receiptId = ''] = await receiptsOf('AWAY');
    await eventually(async () => {
      const { deliveries } = await standingOf(receiptId);
      expect(deliveries[0]?.attempts).toBeGreaterThan(0);
    });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(inTheEhr('RiskAssessment', visit)).toBe(0);
    await ehr.accept();
    await settled(receiptId);
    expect(inTheEhr('RiskAssessment', visit)).toBe(1);
  });

  promise('a caller that waits gets its assessment in one answer', async () => {
    const { reading } = nextVisit(Date.now());
    const answer = await fetch(`${service.url}/api/ecgs?waitMs=20000`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(toObservation(reading)),
    });
    expect(answer.status).toBe(200);
    const standing = (await answer.json()) as Standing;
    expect(standing.assessment?.result?.findings.length).toBeGreaterThan(0);
    expect(standing.assessment?.result?.evaluationOnly).toBe(false);
  });

  promise('nothing of a patient gets into logs or metrics', async () => {
    const { reading } = nextVisit(Date.now());
    await sendBy(cart, 'mllp', reading, 'PRIVATE');
    const [receiptId = ''] = await receiptsOf('PRIVATE');
    await settled(receiptId);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('leadwire_events_total');
    const told = [...service.lines, metrics].join('\n');
    const { patient, birthDate } = reading;
    expect(told).not.toContain(patient?.value);
    expect(told).not.toContain(patient?.name?.family);
    expect(told).not.toContain(birthDate);
    expect(told).not.toContain((birthDate ?? '').replaceAll('-', ''));
  });

  promise('a stop is clean: doors first, then the work in hand', async () => {
    expect(await service.stop()).toBe(0);
    const events = service.lines.map((line) => (JSON.parse(line) as { name: string }).name);
    expect(events.at(-1)).toBe('stopped');
    expect(events).toContain('doorClosed');
    expect(events).not.toContain('stopForced');
  });
});
