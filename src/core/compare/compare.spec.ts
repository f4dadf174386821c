import { describe, expect, test } from '@jest/globals';
import { syntheticEcg, type SyntheticSpec } from '../../../test/validate/synthetic-ecg.js';
import { compareEcgs, type Compared } from './compare.js';
import { beyondOrdinary } from './ordinary-change.js';

function compared(before: SyntheticSpec, after: SyntheticSpec): Compared {
  const made = { signalToNoiseDb: 30 };
  const result = compareEcgs(
    syntheticEcg({ ...made, seed: 1, ...before }),
    syntheticEcg({ ...made, seed: 2, ...after }),
  );
  if (result.kind !== 'compared') throw new Error(result.because);
  return result;
}

describe('two ECGs of one patient', () => {
  test('the same heart in other noise has not changed', () => {
    const { changes, sentences, newBlock } = compared({}, { rateBpm: 78 });
    expect(changes.filter((change) => change.beyondOrdinary)).toEqual([]);
    expect(sentences).toEqual([
      'No change beyond what two ECGs of one person ordinarily differ by.',
    ]);
    expect(newBlock).toBeNull();
  });

  test('new ST elevation is named with its leads', () => {
    const { changes } = compared({}, { stMicrovolts: { V2: 250, V3: 300 } });
    const st = changes.filter((change) => change.what === 'st' && change.beyondOrdinary);
    expect(st.map((change) => change.lead)).toEqual(['V2', 'V3']);
    expect((st[1]?.after ?? 0) - (st[1]?.before ?? 0)).toBeCloseTo(3, 0);
  });

  test('a new left bundle branch block comes first', () => {
    const { newBlock, sentences } = compared(
      {},
      {
        qrsMs: 150,
        rMicrovolts: { I: 900, V1: 0, V6: 1500 },
        sMicrovolts: { I: 0, V1: 1500, V6: 0 },
      },
    );
    expect(newBlock).toBe('left');
    expect(sentences[0]).toContain('left bundle branch block');
  });

  test('what cannot be measured is not compared', () => {
    const result = compareEcgs(syntheticEcg({ seconds: 1.2 }), syntheticEcg());
    expect(result.kind === 'not-compared' && result.because).toContain('earlier');
  });

  test('an axis is compared around the circle', () => {
    expect(beyondOrdinary('qrs-axis', 170, -175)).toBe(false);
    expect(beyondOrdinary('qrs-axis', 0, 60)).toBe(true);
  });
});
