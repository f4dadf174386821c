import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeModel } from '../../test/support/model-folder.js';
import { CARD_LIMITS } from './card-schema.js';
import { loadCard, parseCard } from './card.js';

let dir: string;
let good: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leadwire-card-'));
  good = await readFile(join(await writeModel(dir, { id: 'level' }), 'card.json'), 'utf8');
});
afterAll(() => rm(dir, { recursive: true }));

/** The failure's words after a change to one place of a card that is right. */
function faultAfter(path: string, value: unknown): string {
  const card = JSON.parse(good) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() as string;
  let at: Record<string, unknown> = card;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  const parsed = parseCard(JSON.stringify(card));
  if (parsed.ok) throw new Error('the card was taken');
  expect(parsed.failure.code).toBe('model-invalid');
  return parsed.failure.detail;
}

describe('a card', () => {
  test('that is right is taken whole and can no longer be changed', async () => {
    const card = await loadCard(join(dir, 'level'));
    if (!card.ok) throw new Error(card.failure.detail);
    expect(card.value).toMatchObject(JSON.parse(good) as object);
    expect(Object.isFrozen(card.value.findings[0]?.decisionPoints)).toBe(true);
  });

  test('written before a field was thought of says nothing of it', () => {
    const card = parseCard(good);
    if (!card.ok) throw new Error(card.failure.detail);
    expect(card.value).toMatchObject({
      population: { ageYearsMax: null },
      outputs: [{ temperature: 1 }],
      distance: null,
      evidence: null,
      selectiveRisk: [],
      findings: [
        {
          labelProvenance: 'simulated',
          calibration: null,
          trainingPrevalence: null,
          spreadMax: null,
        },
      ],
    });
  });

  test('that says all a card can say is taken', () => {
    const card = JSON.parse(good) as Record<string, Record<string, unknown>[]>;
    const estimate = { value: 0.5, low: 0.4, high: 0.6 };
    Object.assign(card['findings']?.[0] ?? {}, {
      labelProvenance: 'adjudicated',
      beside: [{ system: 'http://snomed.info/sct', code: '1', display: 'Some infarction' }],
      calibration: { kind: 'platt', slope: 0.9, intercept: -1 },
      trainingPrevalence: 0.2,
      spreadMax: 0.1,
    });
    const full = {
      ...card,
      population: { ageYearsMin: 18, ageYearsMax: 100 },
      distance: { tensor: 'distance', max: 3 },
      evidence: { kind: 'attention', tensor: 'attention', findings: ['level'] },
      selectiveRisk: [
        {
          findingId: 'level',
          cohort: 'x',
          points: [{ coverage: 0.9, measure: 'AUROC', estimate }],
        },
      ],
      evaluation: [
        {
          measure: 'AUROC',
          cohort: 'x',
          records: 9,
          positives: 3,
          estimate,
          findingId: 'level',
          note: 'an aim missed',
        },
      ],
    };
    const parsed = parseCard(JSON.stringify(full));
    if (!parsed.ok) throw new Error(parsed.failure.detail);
    expect(parsed.value).toMatchObject(full);
  });

  test.each([
    ['version', undefined, 'card.json: version is wrong: expected string, received undefined'],
    ['schema', 2, 'card.json: schema is wrong: expected 1'],
    ['colour', 'red', 'card.json: unrecognized key: "colour"'],
    ['defaultMode', 'page', 'defaultMode'],
    ['inputs.0.leads', ['I', 'V9'], 'inputs[0].leads[1]'],
    ['inputs.0.leads', ['I', 'I'], 'inputs[0] names a lead twice'],
    ['inputs.0.windowSamples', 101, 'inputs[0] has a window longer than its tensor'],
    ['inputs.0.samples', 1e9, 'inputs[0].samples'],
    ['inputs.0.tensor', 'out', 'tensor out is named twice'],
    ['outputs.0.classes', ['none', 'some', 'some'], 'output out has class some twice'],
    ['outputs.0.activation', 'sigmoid', 'finding level adds up sigmoids'],
    ['findings.0.output', 'away', 'finding level reads output away, which the card lacks'],
    ['findings.0.classes', ['all'], 'finding level sums class all, which out lacks'],
    ['findings.0.classes', ['some', 'some'], 'finding level sums some twice'],
    ['findings.0.decisionPoints', [], 'findings[0].decisionPoints'],
    ['findings.0.decisionPoints.0.threshold', 1.5, 'findings[0].decisionPoints[0].threshold'],
    ['members.0.file', '../other/member.onnx', 'members[0].file is not a file inside'],
    ['members.0.file', '/etc/passwd', 'members[0].file is not a file inside'],
    ['members.0.sha256', 'ABC', 'members[0].sha256 is not a SHA-256'],
    ['golden.file', '..', 'golden.file is not a file inside'],
    ['population.ageYearsMax', 17, 'population ends at a lower age than it begins'],
    ['outputs.0.temperature', 0, 'outputs[0].temperature'],
    ['findings.0.calibration', { kind: 'platt', slope: -1, intercept: 0 }, 'calibration.slope'],
    ['findings.0.trainingPrevalence', 1, 'findings[0].trainingPrevalence'],
    ['distance', { tensor: 'out', max: 1 }, 'tensor out is named twice'],
    ['evidence', { kind: 'lead-occlusion', findings: ['x'] }, 'evidence speaks of finding x'],
    ['evidence', { kind: 'guess', findings: ['level'] }, 'evidence.kind'],
    [
      'findings.0.beside',
      [{ system: 'http://snomed.info/sct', code: '57054005', display: 'Acute infarction' }],
      'finding level has the code of a disease (57054005), which labels that are simulated do not',
    ],
    ['id', 'Level!', 'id is not lower-case letters'],
  ])('with %s = %j is refused and told why', (path, value, words) => {
    expect(faultAfter(path, value)).toContain(words);
  });

  test('with an interval that does not hold its own value is refused', () => {
    const estimate = { value: 0.9, low: 0.1, high: 0.2 };
    expect(faultAfter('findings.0.decisionPoints.0.sensitivity', estimate)).toContain(
      'findings[0].decisionPoints[0].sensitivity does not hold its value',
    );
  });

  test('with two waveforms is refused: statistics belong to one', () => {
    const { inputs } = JSON.parse(good) as { inputs: object[] };
    const twice = [inputs[0], { ...inputs[0], tensor: 'other' }];
    expect(faultAfter('inputs', twice)).toContain('inputs has 2 waveforms');
  });

  test('with many faults lists the first and counts the rest', () => {
    const parsed = parseCard('{"schema":1}');
    expect(parsed.ok ? '' : parsed.failure.detail).toMatch(/; and \d+ more$/);
  });

  test('that is no JSON, absent, too large or in a folder of another name is refused', async () => {
    const detail = async (folder: string) => {
      const card = await loadCard(folder);
      return card.ok ? '' : card.failure.detail;
    };
    expect(await detail(join(dir, 'nowhere'))).toBe('card.json is missing');
    const folder = await writeModel(dir, { id: 'other' });
    await writeFile(join(folder, 'card.json'), good);
    expect(await detail(folder)).toContain('calls itself level');
    await writeFile(join(folder, 'card.json'), '{');
    expect(await detail(folder)).toBe('card.json is not JSON');
    await writeFile(join(folder, 'card.json'), ' '.repeat(CARD_LIMITS.bytesMax + 1));
    expect(await detail(folder)).toContain('are allowed');
  });
});
