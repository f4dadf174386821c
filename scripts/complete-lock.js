import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Run after `npm install`, where packages are fetched through a mirror that holds the builds of its
 * own platform only: npm then leaves the other platforms out of the lock file, and `npm ci` refuses
 * such a lock everywhere. Adds the missing optional packages with the version that their owner names
 * and the platform that their own name tells, as a full registry would have.
 */
const LOCK = 'package-lock.json';
const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony', 'sunos', 'aix'];
const CPUS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32'];

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const { packages } = lock;
let added = 0;
for (const [path, owner] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(owner.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (path === '' || places.some((place) => packages[place])) continue;
    const words = name.split(/[/-]/);
    const os = SYSTEMS.filter((system) => words.includes(system));
    const cpu = CPUS.filter((kind) =>
      words.some(
        (word) => word === kind || (kind === 'arm' && /^arm/.test(word) && word !== 'arm64'),
      ),
    );
    packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(owner.dev ? { dev: true } : {}),
      license: owner.license,
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to ${LOCK}`);
