import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/core/log.js';
import { toAecg } from '../../src/formats/aecg/write.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { referenceArrival } from '../../src/ingest/fhir/feed/admission.js';
import { createFetchStation } from '../../src/ingest/fhir/fetch-station.js';
import { createIntake, type Intake } from '../../src/ingest/intake.js';
import { createRefusals } from '../../src/ingest/refusals.js';
import type { EcgRecord, Ledger, Receipt } from '../../src/ledger/ledger.js';
import type { JobHandler } from '../../src/queue/queue.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { createFhirClient, type FhirClient } from '../../src/wire/fhir/client.js';
import { openRigLedger } from '../support/delivery-rig.js';
import { sampleReading } from '../support/reading.js';

let ledger: Ledger;
let ehr: SandboxEhr;
let client: FhirClient;
let intake: Intake;
let fetchOne: JobHandler;

const under = { modelSet: 'models-1', policyVersion: 'policy-1' };
const retry = { delayMsFirst: 1_000, delayMsMax: 60_000, attemptsMax: 10 };

beforeAll(async () => {
  ledger = await openRigLedger();
}, 120_000);
afterAll(() => ledger.close());

beforeEach(async () => {
  ehr = await startSandboxEhr();
  client = createFhirClient({
    baseUrl: ehr.url,
    alsoKnownAs: [],
    token: () => null,
    tls: null,
    requestMsMax: 5_000,
    connectMsMax: 1_000,
    responseBytesMax: 1_048_576,
    connectionsMax: 4,
    now: Date.now,
  });
  const queue = { enqueue: () => Promise.resolve() };
  const common = { ledger, queue, log: silentLog, now: Date.now };
  intake = createIntake({ ...common, under, zoneOf: () => null });
  fetchOne = createFetchStation({
    ...common,
    client,
    intake,
    serverUrls: [ehr.url],
    refusals: createRefusals({ ...common, audit: ledger.audit }),
    decode: decodeEcg,
    retry,
    random: () => 0.5,
  });
});
afterEach(async () => {
  await client.close();
  await ehr.close();
});

/** An ECG of a patient of the EHR, as a cart's gateway would file it: by reference alone. */
const fileEcg = async (mrn: string): Promise<{ patient: string; observation: string }> => {
  const patient = await client.create(
    {
      resourceType: 'Patient',
      identifier: [
        {
          system: 'urn:oid:2.16.840.1.113883.3.999',
          value: mrn,
          type: { coding: [{ code: 'MR' }] },
        },
      ],
      name: [{ family: 'Andersson', given: ['Anna'] }],
      gender: 'female',
      birthDate: '1950-03-01',
      photo: [{ url: 'http://photos.example/1' }],
    } as never,
    null,
  );
  const reading = sampleReading({ more: { patient: null, birthDate: null, encounter: null } });
  const observation = { ...toObservation(reading), contained: undefined };
  const { reference } = await client.create(
    {
      ...observation,
      resourceType: 'Observation',
      subject: { reference: patient.reference },
      encounter: { reference: 'Encounter/77' },
    } as never,
    null,
  );
  return { patient: patient.reference, observation: reference };
};
const told = async (reference: string): Promise<Receipt> => {
  const arrival = referenceArrival(reference, null, Date.now());
  const { accepted } = await intake.submitReference(arrival, reference);
  const receipt = await ledger.receipts.get(accepted.receiptId);
  if (!receipt) throw new RangeError('no receipt');
  return receipt;
};
const receiptNow = async ({ id }: Receipt): Promise<Receipt | null> => ledger.receipts.get(id);
const ecgOf = async (receipt: Receipt): Promise<EcgRecord | null> =>
  ledger.assessments.ecg((await receiptNow(receipt))?.ecgId ?? '');

describe('an ECG that is not in the resource itself', () => {
  test('in a file is fetched with its file, from this server and no other', async () => {
    const { patient } = await fileEcg('MRN-7');
    const text = Buffer.from(toAecg(sampleReading({ more: { patient: null, birthDate: null } })));
    const data = text.toString('base64');
    const binary = await client.create(
      { resourceType: 'Binary', contentType: 'application/xml', data } as never,
      null,
    );
    const document = (url: string) =>
      client.create(
        {
          resourceType: 'DocumentReference',
          status: 'current',
          subject: { reference: patient },
          content: [{ attachment: { contentType: 'application/xml', url } }],
        } as never,
        null,
      );
    const receipt = await told((await document(binary.reference)).reference);
    await fetchOne(receipt.id);
    const ecg = await ecgOf(receipt);
    expect(ecg?.patient?.value).toBe('MRN-7');
    expect(ecg?.birthDate).toBe('1950-03-01');
    expect(ecg?.ecg.patient.sex).toBe('female');

    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked += 1;
      response.end(text);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/Binary/1`;
    const foreign = await told((await document(address)).reference);
    await fetchOne(foreign.id);
    expect(await receiptNow(foreign)).toMatchObject({
      outcome: 'at-fault',
      failure: { code: 'pointer-not-followed' },
    });
    expect(asked).toBe(0);
    const [audited] = await ledger.audit.list(1);
    expect(audited).toMatchObject({ actor: 'fhir', subject: foreign.id });
    elsewhere.close();
  });

  test('in a report is found in the Observations that the report names', async () => {
    const { patient, observation } = await fileEcg('MRN-8');
    const report = await client.create(
      {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
        subject: { reference: patient },
        result: [{ reference: observation }],
      } as never,
      null,
    );
    const receipt = await told(report.reference);
    await fetchOne(receipt.id);
    expect((await ecgOf(receipt))?.patient?.value).toBe('MRN-8');
  });

  test('in a picture is refused by name', async () => {
    const { patient } = await fileEcg('MRN-9');
    const data = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]).toString('base64');
    const media = await client.create(
      {
        resourceType: 'Media',
        status: 'completed',
        subject: { reference: patient },
        content: { contentType: 'image/png', data },
      } as never,
      null,
    );
    const receipt = await told(media.reference);
    await fetchOne(receipt.id);
    expect(await receiptNow(receipt)).toMatchObject({
      outcome: 'at-fault',
      failure: { code: 'picture-broken' },
    });
  });
});
