import { describe, expect, test } from '@jest/globals';
import {
  checkDead,
  checkEnvironment,
  checkImports,
  checkPurity,
  checkSize,
  checkWords,
  readSources,
  type SourceFile,
} from './tidy.js';

const files = readSources(process.cwd());
const all = (check: (file: SourceFile) => string[]) => files.flatMap(check);
const file = (path: string, text: string): SourceFile => ({ path, text });

describe('the house is tidy', () => {
  test('there is something to read', () => {
    expect(files.length).toBeGreaterThan(50);
  });
  test('rooms import only what the table allows', () => {
    expect(all(checkImports)).toEqual([]);
  });
  test('pure rooms are pure', () => {
    expect(all(checkPurity)).toEqual([]);
  });
  test('only the configuration reads the environment', () => {
    expect(all(checkEnvironment)).toEqual([]);
  });
  test('files and functions stay small', () => {
    expect(all(checkSize)).toEqual([]);
  });
  test('no leftovers, no machine paths, no silenced checks', () => {
    expect(all(checkWords)).toEqual([]);
  });
  test('no file is dead', () => {
    expect(checkDead(files)).toEqual([]);
  });
});

describe('each guard fires', () => {
  test('on a station that imports another', () => {
    expect(
      checkImports(file('src/scoring/a.ts', "import { b } from '../delivery/b.js';")),
    ).toHaveLength(1);
    expect(checkImports(file('src/ledger/a.ts', "import { b } from '../core/b.js';"))).toEqual([]);
    expect(checkImports(file('src/wire/a.ts', "export * from '../core/ecg/ecg.js';"))).toHaveLength(
      1,
    );
    expect(checkImports(file('src/attic/a.ts', ''))).toHaveLength(1);
  });
  test('on a package, a clock or chance in a pure room', () => {
    expect(checkImports(file('src/core/a.ts', "import fs from 'node:fs';"))).toHaveLength(1);
    for (const call of ['Date.now()', 'Math.random()', "console.log('x')", 'process.exit()']) {
      expect(checkPurity(file('src/core/a.ts', `const a = ${call};`))).toHaveLength(1);
    }
    expect(checkPurity(file('src/core/a.ts', '// Date.now() is not for us'))).toEqual([]);
  });
  test('on the environment read elsewhere', () => {
    expect(checkEnvironment(file('src/queue/a.ts', 'const a = process.env.A;'))).toHaveLength(1);
  });
  test('on a file and on a function that are too long', () => {
    expect(checkSize(file('src/core/a.ts', 'a();\n'.repeat(301)))).toHaveLength(1);
    const long = `function f() {\n${'a();\n'.repeat(70)}}\n`;
    expect(checkSize(file('src/core/a.ts', long))).toHaveLength(1);
  });
  test('on leftovers and machine paths', () => {
    expect(checkWords(file('src/core/a.ts', '// TODO later'))).toHaveLength(1);
    expect(checkWords(file('src/core/a.ts', "open('/home/me/x')"))).toHaveLength(1);
    expect(checkWords(file('src/core/a.spec.ts', 'test.only('))).toHaveLength(1);
  });
  test('on a file that nothing imports', () => {
    expect(
      checkDead([
        file('src/main.ts', "import './a.js';"),
        file('src/a.ts', ''),
        file('src/b.ts', ''),
      ]),
    ).toEqual(['src/b.ts: nothing imports it']);
  });
});
