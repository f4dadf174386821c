import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * The rules of the house as checks over source text, so that each can be seen to fire on a made-up
 * file. A check answers with sentences, none when all is well.
 */
export interface SourceFile {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const LINES_MAX = 300;
export const FUNCTION_LINES_MAX = 70;

/** Which rooms a room may import. What is missing here may be imported by nobody. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ['core', 'wire/hl7v2'],
  pictures: ['core', 'formats/picture'],
  wire: ['core/failure', 'core/log'],
  ledger: ['core'],
  queue: ['core', 'ledger'],
  drawing: ['core'],
  ingest: ['core', 'formats', 'wire', 'ledger', 'queue'],
  scoring: ['core', 'ledger', 'queue'],
  delivery: ['core', 'wire', 'drawing', 'ledger', 'queue'],
  board: ['core', 'drawing', 'ledger', 'queue'],
  monitor: ['core', 'ledger', 'queue'],
  sandbox: ['core', 'formats', 'wire', 'drawing'],
  build: ['core', 'ledger', 'queue'],
  settings: [],
};

/** Composition: these may import everything, and nobody imports them but main. */
const COMPOSES = ['commands'];

/** These rooms compute from values alone: no package, no clock, no chance, no console. */
const PURE = ['core', 'formats'];
const IMPURE_CALLS =
  /\b(Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|console\.|process\.|globalThis\.|setTimeout\(|require\()/;

export function readSources(root: string, folders = ['src', 'test']): SourceFile[] {
  const found: SourceFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.ts')) {
        found.push({
          path: relative(root, path).split(sep).join('/'),
          text: readFileSync(path, 'utf8'),
        });
      }
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(join(root, folder));
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function isSpec(path: string): boolean {
  return /\.(spec|suite|fixture|fixtures)\.ts$/.test(path);
}

function roomOf(path: string): string | null {
  const match = /^src\/([^/]+)\//.exec(path);
  return match?.[1] ?? null;
}

export function importsOf(file: SourceFile): string[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The path under src/ that a relative import names, without its ending. */
function target(file: SourceFile, specifier: string): string {
  const folder = file.path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') folder.pop();
    else if (part !== '.') folder.push(part);
  }
  return folder.join('/').replace(/\.js$/, '');
}

export function checkImports(file: SourceFile): string[] {
  const room = roomOf(file.path);
  if (room === null || COMPOSES.includes(room) || isSpec(file.path)) return [];
  const allowed = MAY_IMPORT[room];
  if (!allowed) return [`${file.path}: the folder src/${room} is not in the import table`];
  const problems: string[] = [];
  for (const specifier of importsOf(file)) {
    if (!specifier.startsWith('.')) {
      if (PURE.includes(room))
        problems.push(`${file.path}: ${room} is pure, yet it imports ${specifier}`);
      continue;
    }
    const path = target(file, specifier).replace(/^src\//, '');
    if (path.startsWith(`${room}/`)) continue;
    if (!allowed.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))) {
      problems.push(`${file.path}: ${room} may not import ${path}`);
    }
  }
  return problems;
}

export function checkPurity(file: SourceFile): string[] {
  const room = roomOf(file.path);
  if (room === null || !PURE.includes(room) || isSpec(file.path)) return [];
  return linesOfCode(file.text)
    .filter(([, line]) => IMPURE_CALLS.test(line))
    .map(([number, line]) => `${file.path}:${number}: not pure: ${line.trim().slice(0, 60)}`);
}

/** Only config.ts reads the environment; the command line may hand it over whole. */
export function checkEnvironment(file: SourceFile): string[] {
  const free = ['src/config.ts', 'src/main.ts'];
  if (!file.path.startsWith('src/') || isSpec(file.path) || free.includes(file.path)) return [];
  return linesOfCode(file.text)
    .filter(([, line]) => /process\.env\b/.test(line))
    .map(([number]) => `${file.path}:${number}: only src/config.ts reads process.env`);
}

export function checkSize(file: SourceFile): string[] {
  const lines = file.text.split('\n').length - 1;
  const problems =
    lines > LINES_MAX ? [`${file.path}: ${lines} lines, ${LINES_MAX} is the point to cut`] : [];
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const to = source.getLineAndCharacterOfPosition(node.end).line;
      const name = node.name?.getText(source) ?? 'a function';
      const isTestBlock = !file.path.startsWith('src/') || isSpec(file.path);
      if (to - from + 1 > FUNCTION_LINES_MAX && !isTestBlock) {
        problems.push(`${file.path}:${from + 1}: ${name} has ${to - from + 1} lines`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

/** Words that have no place in what we ship: leftovers, machine paths, registries. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'a leftover note'],
  [/(^|[\s'"`(])\/(work|home|root|Users)\//, 'a path of one machine'],
  [/\bregistry\.(npmjs|yarnpkg)|pypi\.org|files\.pythonhosted/, 'a registry host'],
  [/\b(it|test|describe)\.only\(/, 'a focused test'],
  [/@ts-(ignore|nocheck)/, 'a silenced type check'],
];

export function checkWords(file: SourceFile): string[] {
  // This file and its spec spell the words out.
  if (file.path.startsWith('test/tidy')) return [];
  return file.text
    .split('\n')
    .flatMap((line, i) =>
      BANNED.filter(([pattern]) => pattern.test(line)).map(
        ([, what]) => `${file.path}:${i + 1}: ${what}`,
      ),
    );
}

/**
 * A source file that nothing imports is dead, unless a process, a thread or a reader outside begins
 * there: comparing two ECGs is offered to whoever shows them side by side.
 */
const ENTRANCES = [
  'src/core/compare/compare.ts',
  'src/main.ts',
  'src/board/web/main.ts',
  'src/build/embedded-template.ts',
  'src/scoring/thread.ts',
  'src/delivery/picture-thread.ts',
  'src/pictures/reading-process.ts',
  'src/sandbox/ehr/main.ts',
  'src/sandbox/simulator/batch-thread.ts',
];

export function checkDead(files: readonly SourceFile[]): string[] {
  const reached = new Set<string>();
  // A spec alone keeps nothing alive: code that only its own test uses is dead too.
  for (const file of files.filter(({ path }) => !isSpec(path))) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) reached.add(target(file, specifier));
    }
  }
  return files
    .filter(({ path }) => path.startsWith('src/') && !isSpec(path) && !ENTRANCES.includes(path))
    .filter(({ path }) => !reached.has(path.replace(/\.ts$/, '')))
    .map(({ path }) => `${path}: nothing imports it`);
}

function linesOfCode(text: string): [number, string][] {
  return text
    .split('\n')
    .map((line, i): [number, string] => [i + 1, line])
    .filter(([, line]) => !/^\s*(\*|\/\*|\/\/)/.test(line));
}
