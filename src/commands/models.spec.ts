import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeModel } from '../../test/support/model-folder.js';
import { loadCard } from '../scoring/card.js';
import { describeModel } from './models.js';

test('a model is told with its standing, its size and its main figure with the cohort', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'leadwire-told-'));
  try {
    const row = {
      measure: 'AUROC',
      cohort: 'nobody',
      records: 9,
      positives: 4,
      estimate: { value: 0.9, low: 0.85, high: 0.94 },
      findingId: 'level',
    };
    const folder = await writeModel(dir, {
      id: 'level',
      members: [{}, {}],
      card: (card) => {
        card['evaluation'] = [row];
      },
    });
    const card = await loadCard(folder);
    if (!card.ok) throw new Error(card.failure.detail);
    expect(describeModel(card.value, 24_310_000).split('\n')).toEqual([
      'level 1.0.0 (placeholder): Level',
      '          2 networks, 24.3 MB; labels: simulated; mode shadow until a policy says otherwise',
      '          AUROC of level 0.900 (95 % 0.850 to 0.940), 4 positive of 9: nobody',
    ]);
    expect(describeModel({ ...card.value, evaluation: [] }, 1)).toContain('holds no figure');
  } finally {
    await rm(dir, { recursive: true });
  }
});
