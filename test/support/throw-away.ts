import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A server program of another project, started for tests on a free loopback port. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Where it keeps its files; gone after `stop`. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface Recipe {
  readonly name: string;
  readonly signal: 'KILL' | 'QUIT';
  /** Runs once in the fresh folder, as the user the server will run as. */
  prepare(folder: string): readonly string[] | null;
  command(folder: string, port: number): readonly string[];
}

/**
 * Waits for the end of its standard input, which comes when our process ends, however it ends; then
 * ends the server and removes its folder. So a killed test run leaves nothing behind.
 */
const GUARD = `folder="$1"; signal="$2"; shift 2
"$@" >"$folder/log" 2>&1 & child=$!
echo $child
read -r _
kill -$signal $child 2>/dev/null; wait $child 2>/dev/null; rm -rf "$folder"`;

let serial = 0;

/** One of the caller's own. */
export async function startServer(recipe: Recipe): Promise<Server> {
  serial += 1;
  return start(recipe, folderOf(`${recipe.name}-${serial}`));
}

/**
 * The one that all specs of this process share. Each spec file has its own module registry, so the
 * server is found again by a note in its folder.
 */
export async function sharedServer(recipe: Recipe): Promise<Server> {
  const folder = folderOf(recipe.name);
  const note = join(folder, 'server.json');
  const stop = () => Promise.resolve();
  if (existsSync(note)) {
    const { port, pid } = JSON.parse(readFileSync(note, 'utf8')) as { port: number; pid: number };
    if (isAlive(pid)) return { port, pid, folder, stop };
  }
  rmSync(folder, { recursive: true, force: true });
  const server = await start(recipe, folder);
  writeFileSync(note, JSON.stringify({ port: server.port, pid: server.pid }));
  return { ...server, stop };
}

async function start(recipe: Recipe, folder: string): Promise<Server> {
  const user = serverUser();
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
  const [program, ...args] = recipe.prepare(folder) ?? [];
  if (program) {
    const made = spawnSync(program, args, { ...user, cwd: folder, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`${program}: ${made.stderr}`);
  }
  const port = await freePort();
  const guard = spawn(
    'sh',
    ['-c', GUARD, 'guard', folder, recipe.signal, ...recipe.command(folder, port)],
    { ...user, cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = once(guard, 'exit');
  const [line] = (await once(guard.stdout, 'data')) as [Buffer];
  // The server must not keep its starter alive.
  for (const handle of [guard, guard.stdin, guard.stdout]) (handle as { unref?(): void }).unref?.();
  const stop = async () => {
    guard.ref();
    guard.stdin.end();
    await ended;
  };
  return { port, pid: Number(line.toString()), folder, stop };
}

/** PostgreSQL refuses to run as root, and no test server needs to. */
function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([n]) => n === 'nobody');
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) };
}

function folderOf(name: string): string {
  return join(tmpdir(), `leadwire-test-${process.pid}-${name}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** In PATH, or where Debian keeps PostgreSQL's own programs. */
export function findProgram(name: string): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}
