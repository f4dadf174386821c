import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

/**
 * Runs the TypeScript programs under test/ (bench, chaos, fuzz, validation) as they stand:
 * `node --import ./test/support/ts-loader.js test/bench/main.ts`. The product itself is built by
 * `npm run build` and never needs this.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
if (!new URL(import.meta.url).searchParams.has('hooks')) register(`${import.meta.url}?hooks`);

export async function resolve(specifier, context, next) {
  const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  if (!isOurs || !specifier.endsWith('.js')) return next(specifier, context);
  try {
    return await next(specifier.replace(/\.js$/, '.ts'), context);
  } catch {
    return next(specifier, context);
  }
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), {
    filename: path,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
  });
  return { format: 'module', shortCircuit: true, source: code };
}
