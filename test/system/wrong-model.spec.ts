import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { EcgSource } from '../chaos/ecgs.js';
import { eventually } from '../support/eventually.js';

describe('a service whose model is not what its card says', () => {
  const folder = temporaryFolder();
  let service: RunningService;

  beforeAll(async () => {
    const models = join(folder.path, 'models');
    cpSync('test/models', models, { recursive: true });
    const weights = join(models, 'placeholder/member-1.onnx');
    const bytes = readFileSync(weights);
    bytes.writeUInt8(bytes.readUInt8(1_000) ^ 1, 1_000);
    writeFileSync(weights, bytes);
    service = await runService({
      env: { LEADWIRE_DATA_DIR: join(folder.path, 'data'), LEADWIRE_MODELS_DIR: models },
    });
  }, 60_000);
  afterAll(async () => {
    await service.kill('SIGKILL');
    folder.remove();
  });

  test('is not ready, and says which file', async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    expect(answer.status).toBe(503);
    const { parts } = (await answer.json()) as { parts: Record<string, { why?: string }> };
    expect(parts['models']?.why).toMatch(/placeholder: member-1\.onnx has SHA-256/);
  });

  test('leaves ECGs to those that can score them: none is tried, put off or given up', async () => {
    const body = new EcgSource(1, Date.now()).next().observation;
    const headers = { 'content-type': 'application/fhir+json' };
    const taken = await fetch(`${service.url}/api/ecgs`, { method: 'POST', headers, body });
    expect(taken.status).toBe(202);
    await eventually(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).toMatch(/leadwire_queue_jobs\{kind="score"\} 1/);
      expect(metrics).toMatch(/leadwire_ledger_rows\{table="assessments",state="pending"\} 1/);
    });
    expect(service.lines.filter((line) => /"name":"score(Retried|Parked)"/.test(line))).toEqual([]);
  });
});
