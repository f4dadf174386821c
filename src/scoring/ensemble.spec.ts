import { describe, expect, test } from '@jest/globals';
import type { ModelCard, PlattCalibration } from '../core/decision/card.js';
import { activate, findingsOf, meanLogits } from './ensemble.js';

const card = (
  activation: 'softmax' | 'sigmoid',
  classes: string[],
  { temperature = 1, calibration = null as PlattCalibration | null } = {},
): ModelCard =>
  ({
    outputs: [{ tensor: 'out', activation, classes: ['a', 'b', 'c'], temperature }],
    findings: [{ id: 'it', output: 'out', classes, calibration }],
  }) as unknown as ModelCard;

const LN2 = Math.log(2);
const LN4 = Math.log(4);

describe('an ensemble answers', () => {
  test('by the mean of the logits, and not by the mean of the probabilities', () => {
    // Members' odds are 1:1:0 and 4:1:0 of a to b; the mean of the logits is 2:1.
    const logits = {
      out: [
        [0, 0, -1000],
        [LN4, 0, -1000],
      ],
    };
    const [finding] = findingsOf(card('softmax', ['a']), logits);
    expect(finding?.probability).toBeCloseTo(2 / 3, 12);
    // The members themselves say 1/2 and 4/5: mean 0.65, each 0.15 away from it.
    expect(finding?.spread).toBeCloseTo(0.15, 12);
  });

  test('with the sum of the classes that the finding names', () => {
    // Odds 1:2:1.
    const [finding] = findingsOf(card('softmax', ['b', 'c']), { out: [[0, LN2, 0]] });
    expect(finding?.probability).toBeCloseTo(3 / 4, 12);
  });

  test('without a spread when it has one member', () => {
    expect(findingsOf(card('softmax', ['a']), { out: [[0, 0, 0]] })[0]?.spread).toBeNull();
  });

  test('with a sigmoid of each class on its own', () => {
    const logits = {
      out: [
        [0, LN4, 0],
        [0, 0, 0],
      ],
    };
    const [finding] = findingsOf(card('sigmoid', ['b']), logits);
    // sigmoid(ln 2) = 2/3; the members say 4/5 and 1/2.
    expect(finding?.probability).toBeCloseTo(2 / 3, 12);
    expect(finding?.spread).toBeCloseTo(0.15, 12);
  });

  test('after its temperature: raw values are divided by it before the activation', () => {
    const cooled = card('softmax', ['a'], { temperature: 2 });
    const [finding] = findingsOf(cooled, {
      out: [
        [2 * LN4, 0, -1000],
        [0, 0, -1000],
      ],
    });
    // The mean of the raw values is ln 4, halved ln 2: two to one.
    expect(finding?.probability).toBeCloseTo(2 / 3, 12);
    // The members say 4/5 and 1/2.
    expect(finding?.spread).toBeCloseTo(0.15, 12);
  });

  test('after its calibration, which works on the log odds of the summed classes', () => {
    const calibration = { kind: 'platt', slope: 2, intercept: -LN2 } as const;
    const [finding] = findingsOf(card('softmax', ['b', 'c'], { calibration }), {
      out: [
        [0, 2 * LN2, 0],
        [0, 0, 0],
      ],
    });
    // The mean is odds 3:1, squared 9:1, halved 9:2.
    expect(finding?.probability).toBeCloseTo(9 / 11, 12);
    // The members differ as they did before it: 5/6 and 2/3.
    expect(finding?.spread).toBeCloseTo(1 / 12, 12);
  });

  test('never with more than certainty, whatever rounding adds', () => {
    const [finding] = findingsOf(card('softmax', ['a', 'b', 'c']), { out: [[0.1, 0.2, 0.3]] });
    expect(finding?.probability).toBeLessThanOrEqual(1);
    expect(finding?.probability).toBeCloseTo(1, 12);
  });
});

test('logits are averaged class by class', () => {
  expect(
    meanLogits([
      [1, -2],
      [3, 4],
    ]),
  ).toEqual([2, 1]);
});

test('a softmax of great logits does not overflow', () => {
  expect(activate('softmax', [1000, 1000])).toEqual([0.5, 0.5]);
  expect(activate('sigmoid', [1000, -1000])).toEqual([1, 0]);
});
