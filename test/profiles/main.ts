import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toTransactionBundle } from '../../src/wire/fhir/resource.js';
import { hasHapi, validateWithHapi } from '../support/hapi-rig.js';
import { emittedFor } from './emitted.js';
import { realRun } from './real-run.js';
import { compileProfiles, writeCardFindings } from './sushi.js';
import { GENERATED, openValidator } from './validate.js';

const EXAMPLES = 'fhir-profiles/examples';

/**
 * `npm run profiles`: builds the profiles, makes examples by a real run, and validates every resource
 * of them against R4 and the profiles. `--check` only says whether what is committed is up to date.
 */
const isCheck = process.argv.includes('--check');
const faults: string[] = [];
writeCardFindings();
const compiled = await compileProfiles();
say(`SUSHI: ${compiled.summary || 'no summary'}`);
if (compiled.errors !== 0) {
  say(compiled.report);
  process.exit(1);
}
if (isCheck) faults.push(...outdated());
else replace(GENERATED, compiled.files);

const { order, png } = await realRun();
const validate = openValidator();
const bundles = new Map<string, string>();
let resources = 0;
for (const { name, entries } of emittedFor(order, png)) {
  resources += entries.length;
  faults.push(...validate(entries).map((why) => `${name}: ${why}`));
  bundles.set(`${name}.json`, `${JSON.stringify(toTransactionBundle(entries), null, 2)}\n`);
}
if (!isCheck) replace(EXAMPLES, bundles);
say(`Medplum: ${resources} resources in ${bundles.size} bundles`);
if (hasHapi()) {
  const paths = readdirSync(EXAMPLES).map((name) => join(EXAMPLES, name));
  const lines = await validateWithHapi('--profiles', 'fhir-profiles', ...paths);
  const errors = lines.filter((line) => /: (error|fatal) /.test(line));
  say(`HAPI: ${paths.length} bundles, ${errors.length} errors, ${lines.length} lines`);
  faults.push(...errors);
} else {
  say('HAPI: no rig here, not asked');
}
for (const fault of faults) say(fault);
say(faults.length === 0 ? 'profiles: no fault' : `profiles: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

function outdated(): string[] {
  const names = new Set([...readdirSync(GENERATED), ...compiled.files.keys()]);
  return [...names]
    .filter((name) => compiled.files.get(name) !== committed(name))
    .map((name) => `${GENERATED}/${name} is not what the FSH says: npm run profiles`);
}

function committed(name: string): string | undefined {
  return readdirSync(GENERATED).includes(name)
    ? readFileSync(join(GENERATED, name), 'utf8')
    : undefined;
}

function replace(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
