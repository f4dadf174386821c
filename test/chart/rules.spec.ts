import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';
import { CHART, promtool } from './render.js';

const RULES = join(CHART, 'files/rules.yaml');
const DASHBOARD = join(CHART, 'files/dashboard.json');

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly runbook_url: string };
    }[];
  }[];
}

const rules = (parse(readFileSync(RULES, 'utf8')) as RuleFile).groups.flatMap(
  (group) => group.rules,
);

const withPromtool = promtool === null ? describe.skip : describe;

withPromtool('the alert rules', () => {
  test('are what Prometheus takes', () => {
    const told = execFileSync(promtool ?? 'promtool', ['check', 'rules', RULES], {
      encoding: 'utf8',
    });
    expect(told).toContain(`${rules.length} rules found`);
  });

  test('fire when they should, and not before', () => {
    const folder = mkdtempSync(join(tmpdir(), 'leadwire-rules-'));
    try {
      const file = join(folder, 'test.yaml');
      const cases = readFileSync('test/chart/rules.test.yaml', 'utf8');
      expect(rules.filter(({ alert }) => !cases.includes(`alertname: ${alert}`))).toEqual([]);
      writeFileSync(file, cases.replace('RULES', resolve(RULES)));
      const told = execFileSync(promtool ?? 'promtool', ['test', 'rules', file], {
        encoding: 'utf8',
      });
      expect(told).toContain('SUCCESS');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the runbook', () => {
  test('has a page for every alert', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    for (const { alert, annotations } of rules) {
      const anchor = annotations.runbook_url.split('#')[1] ?? '';
      const heading = `## ${anchor.charAt(0).toUpperCase()}${anchor.slice(1).replaceAll('-', ' ')}`;
      expect([alert, runbook.includes(`${heading}\n`)]).toEqual([alert, true]);
    }
  });
});

describe('every metric that is asked for', () => {
  const folder = temporaryFolder();
  let service: RunningService;
  beforeAll(async () => {
    service = await runService({
      env: {
        LEADWIRE_DATA_DIR: join(folder.path, 'data'),
        LEADWIRE_SENDER_INTERVALS_MINUTES: 'CART|ED=60',
      },
    });
  }, 60_000);
  afterAll(async () => {
    await service.kill('SIGKILL');
    folder.remove();
  });

  test('is one that the service has', async () => {
    const answer = await fetch(`${service.url}/metrics`);
    const has = new Set(
      [...(await answer.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
    );
    const asked = [RULES, DASHBOARD, join(CHART, 'templates/scaling.yaml')]
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/leadwire_[a-z_]+/g)])
      .map(([name]) => name.replace(/_bucket$/, ''));
    expect(asked.length).toBeGreaterThan(15);
    expect([...new Set(asked)].filter((name) => !has.has(name))).toEqual([]);
  });
});
