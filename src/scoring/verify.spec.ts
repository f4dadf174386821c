import { copyFile, mkdir, mkdtemp, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TINY_SAMPLES, writeModel, type TinyModel } from '../../test/support/model-folder.js';
import { modelSetOf, readCards } from './models-folder.js';
import { verifyModels } from './verify.js';

const SHIPPED = fileURLToPath(new URL('../../models', import.meta.url));
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leadwire-models-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function refusal(model: Omit<TinyModel, 'id'>): Promise<string> {
  await writeModel(dir, { id: 'level', ...model });
  const { ready, rejected } = await verifyModels(dir);
  expect(ready).toEqual([]);
  expect(rejected).toMatchObject([{ folder: 'level', failure: { code: 'model-invalid' } }]);
  return rejected[0]?.failure.detail ?? '';
}

describe('a model is ready', () => {
  test('when its files, tensors and golden vector are what its card says', async () => {
    await writeModel(dir, { id: 'level', members: [{}, { biases: [0, 1, 2] }] });
    const { ready, rejected } = await verifyModels(dir);
    expect(rejected).toEqual([]);
    expect(ready.map(({ id }) => id)).toEqual(['level']);
  });

  test('as it is shipped', async () => {
    const { ready, rejected } = await verifyModels(SHIPPED);
    expect(rejected).toEqual([]);
    expect(ready.length).toBeGreaterThan(0);
  });
});

test('all weights that ship stay under 80 MB together', async () => {
  const { ready } = await readCards(SHIPPED);
  const files = ready.flatMap(({ id, members }) =>
    members.map(({ file }) => join(SHIPPED, id, file)),
  );
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80e6);
});

describe('a model is rejected and says why', () => {
  test('when a member is another file', async () => {
    const detail = await refusal({
      card: (card) => {
        card['members'] = [{ file: 'member-1.onnx', sha256: '0'.repeat(64) }];
      },
    });
    expect(detail).toMatch(/^member-1\.onnx has SHA-256 [0-9a-f]{12}…, the card says 0{12}…$/);
  });

  test('when a member is missing', async () => {
    const folder = await writeModel(dir, { id: 'level' });
    await unlink(join(folder, 'member-1.onnx'));
    expect((await verifyModels(dir)).rejected[0]?.failure.detail).toBe('member-1.onnx is missing');
  });

  test('when a member is no network', async () => {
    const folder = await writeModel(dir, {
      id: 'level',
      card: (card) => {
        const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
        card['members'] = [{ file: 'empty.onnx', sha256 }];
      },
    });
    await writeFile(join(folder, 'empty.onnx'), '');
    const { rejected } = await verifyModels(dir);
    expect(rejected[0]?.failure.detail).toContain('empty.onnx cannot be loaded');
  });

  test('when a tensor has another shape', async () => {
    const samples = TINY_SAMPLES + 1;
    expect(await refusal({ members: [{ samples }] })).toBe(
      'member-1.onnx: tensor ecg is [n, 2, 101], the card says [n, 2, 100]',
    );
    expect(await refusal({ members: [{ weights: [1, 2], biases: [0, 0] }] })).toContain(
      'tensor out is [n, 2], the card says [n, 3]',
    );
  });

  test('when a tensor has another name', async () => {
    expect(await refusal({ members: [{ inputName: 'signal' }] })).toBe(
      'member-1.onnx: input signal is not in the card',
    );
    expect(await refusal({ members: [{ outputName: 'answer' }] })).toBe(
      'member-1.onnx: tensor out of the card is not in the network',
    );
  });

  test('when a tensor beside the outputs is absent or has another shape', async () => {
    const card = (card: Record<string, unknown>): void => {
      card['distance'] = { tensor: 'distance', max: 1 };
    };
    expect(await refusal({ card })).toBe(
      'member-1.onnx: tensor distance of the card is not in the network',
    );
    const attention = (card: Record<string, unknown>): void => {
      card['evidence'] = { kind: 'attention', tensor: 'distance', findings: ['level'] };
    };
    expect(await refusal({ members: [{ distanceName: 'distance' }], card: attention })).toBe(
      'member-1.onnx: tensor distance is [n, 1], the card says [n, 2, steps]',
    );
  });

  test('when its evidence needs a batch and its network takes none', async () => {
    const card = (card: Record<string, unknown>): void => {
      card['evidence'] = { kind: 'lead-occlusion', findings: ['level'] };
    };
    expect(await refusal({ members: [{ batch: 1 }], card })).toBe(
      'member-1.onnx: the batch axis of ecg is closed, lead-occlusion needs it open',
    );
  });

  test('when its distance is missing from the golden vector', async () => {
    const card = (card: Record<string, unknown>): void => {
      card['distance'] = { tensor: 'distance', max: 1 };
    };
    expect(await refusal({ members: [{ distanceName: 'distance' }], card })).toBe(
      'golden vector lacks output distance of every member',
    );
  });

  test('when a network wants an input that the card does not feed', async () => {
    expect(await refusal({ members: [{ demographicsName: 'age_sex' }] })).toBe(
      'member-1.onnx: input age_sex is not in the card',
    );
  });

  test('when a tensor has another type', async () => {
    expect(await refusal({ members: [{ elementType: 'float64' }] })).toBe(
      'member-1.onnx: tensor ecg is not float32',
    );
  });

  test('when the golden vector comes out differently', async () => {
    expect(await refusal({ goldenOffset: 0.01 })).toBe(
      'output out of member-1.onnx differs from the golden vector by 0.0100, 0.0001 is allowed',
    );
  });

  test('when only its second member does', async () => {
    const detail = await refusal({
      members: [{}, { weights: [0, 1, 2] }],
      card: (card) => {
        (card['members'] as unknown[]).reverse();
      },
      goldenOffset: 0.5,
    });
    expect(detail).toContain('output out of member-2.onnx differs');
  });

  test('when the signal is prepared differently', async () => {
    const detail = await refusal({
      card: (card) => {
        for (const input of card['inputs'] as { unit: string }[]) input.unit = 'uV';
      },
    });
    expect(detail).toContain('prepared input ecg differs from the golden vector by 500');
  });

  test('when the golden vector is missing, broken or of another model', async () => {
    const folder = await writeModel(dir, { id: 'level' });
    const file = join(folder, 'golden', 'golden.json');
    const detail = async () => (await verifyModels(dir)).rejected[0]?.failure.detail;
    await writeFile(file, '{"made":"by nobody"}');
    expect(await detail()).toContain('golden/golden.json: sampleRateHz is wrong');
    await unlink(file);
    expect(await detail()).toBe('golden.json is missing');
    await writeModel(dir, { id: 'level', members: [{}, {}] });
    await writeModel(join(dir, 'level'), { id: 'single' });
    const single = join(dir, 'level', 'single', 'golden', 'golden.json');
    await copyFile(single, file);
    expect(await detail()).toBe('golden vector lacks output out of every member');
  });

  test('when the run itself fails', async () => {
    const detail = await refusal({ members: [{ failsFromMean: 0 }] });
    expect(detail).toContain('golden ECG: member-1.onnx failed');
  });

  test('while the others stay ready', async () => {
    await writeModel(dir, { id: 'a' });
    await writeModel(dir, { id: 'b', goldenOffset: 1 });
    await writeModel(dir, { id: 'c' });
    const { ready, rejected } = await verifyModels(dir);
    expect(ready.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(rejected.map(({ folder }) => folder)).toEqual(['b']);
  });
});

describe('a models folder', () => {
  test('that is absent or empty is told as such', async () => {
    const absent = join(dir, 'none');
    expect((await verifyModels(absent)).rejected).toMatchObject([
      { folder: absent, failure: { detail: expect.stringContaining('cannot be read') } },
    ]);
    await mkdir(absent);
    expect((await verifyModels(absent)).rejected[0]?.failure.detail).toContain('holds no model');
  });

  test('may hold the training programs, files and hidden folders beside the models', async () => {
    await writeModel(dir, { id: 'level' });
    await mkdir(join(dir, 'training'));
    await mkdir(join(dir, '.git'));
    await writeFile(join(dir, 'README.md'), '');
    expect((await verifyModels(dir)).rejected).toEqual([]);
    await mkdir(join(dir, 'forgotten'));
    expect((await verifyModels(dir)).rejected).toMatchObject([
      { folder: 'forgotten', failure: { detail: 'card.json is missing' } },
    ]);
  });

  test('names its set by ids, versions and weights, and by nothing else', async () => {
    const first = await writeModel(dir, { id: 'a' });
    await writeModel(dir, { id: 'b' });
    const { ready } = await readCards(dir);
    const set = modelSetOf(ready);
    expect(set).toMatch(/^models-[0-9a-f]{12}$/);
    expect(modelSetOf([...ready].reverse())).toBe(set);
    await writeModel(dir, { id: basename(first), members: [{ biases: [1, 0, 0] }] });
    expect(modelSetOf((await readCards(dir)).ready)).not.toBe(set);
  });
});
