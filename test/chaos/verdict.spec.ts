import { describe, expect, it } from '@jest/globals';
import { judge, type Standing } from './verdict.js';

const standing = (patient: string, identifier: string | null = `id-${patient}`): Standing => ({
  id: `ra-${patient}`,
  identifier,
  patient,
  occurrence: '2026-03-01T10:00:00Z',
});

describe('the verdict of a crash test', () => {
  it('has nothing to say where each acknowledged ECG stands once', () => {
    const sent = [
      { key: 'a', acknowledged: true },
      { key: 'b', acknowledged: true },
      { key: 'c', acknowledged: false },
    ];
    expect(judge(sent, [standing('a'), standing('b')])).toEqual([]);
    expect(judge(sent, [standing('a'), standing('b'), standing('c')])).toEqual([]);
  });

  it('sees an acknowledged ECG that is lost', () => {
    expect(judge([{ key: 'a', acknowledged: true }], [])).toEqual([{ kind: 'lost', key: 'a' }]);
  });

  it('sees a result that stands twice, acknowledged or not', () => {
    const twice = [standing('a', 'one'), standing('a', 'two')];
    for (const acknowledged of [true, false]) {
      expect(judge([{ key: 'a', acknowledged }], twice)).toEqual([
        { kind: 'doubled', key: 'a', count: 2 },
      ]);
    }
  });

  it('sees a result of an ECG that nobody sent', () => {
    expect(judge([], [standing('z')])).toEqual([{ kind: 'stranger', key: 'z' }]);
  });

  it('sees one identifier on two results, and a result without one', () => {
    const sent = [
      { key: 'a', acknowledged: true },
      { key: 'b', acknowledged: true },
    ];
    expect(judge(sent, [standing('a', 'same'), standing('b', 'same')])).toEqual([
      { kind: 'same-identifier', key: 'same' },
    ]);
    expect(judge(sent, [standing('a', null), standing('b')])).toEqual([
      { kind: 'no-identifier', key: 'ra-a' },
    ]);
  });
});
