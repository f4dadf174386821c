import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../core/failure.js';

/**
 * One process a folder. The lock is a Unix socket inside it, held by listening: the kernel drops it
 * with the process, however that ends, and it is seen from every container that mounts the folder,
 * where process numbers would mean nothing. What a killed holder leaves is a socket that nobody
 * answers on; taking it over is guarded by a second file, so that of two who find it one wins.
 */
export interface FolderLock {
  release(): Promise<void>;
}

const RETRY_MS = 50;
/** A holder is deaf for the instant between binding and listening: it is asked twice. */
const DEAF_MS_MAX = 100;
/** A take-over lasts milliseconds; a guard this old was left by a process that died in one. */
const GUARD_MS_MAX = 5_000;
/** Outlasts a guard that was left this very moment: a start right after a crash must succeed. */
const ATTEMPTS_MAX = (GUARD_MS_MAX + 1_000) / RETRY_MS;
/** What fits into a socket address, on the strictest system. */
const SOCKET_PATH_BYTES_MAX = 100;

export async function lockFolder(folder: string): Promise<FolderLock> {
  const { path, done } = socketPath(folder);
  try {
    const server = await listen(folder, path);
    return {
      release: async () => {
        // Closing removes the socket's file, which the path must still reach.
        server.close();
        await once(server, 'close');
        done();
      },
    };
  } catch (error) {
    done();
    throw error;
  }
}

async function listen(folder: string, path: string): Promise<Server> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const server = await tryListen(path);
    if (server) return server;
    if (await isHeld(path)) break;
    await takeAway(folder, path);
  }
  throw fail('ledger-away', 'another process holds the data folder');
}

async function tryListen(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(path);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return null;
    throw fail('ledger-away', `the data folder cannot be locked (${code ?? 'unknown'})`, {
      cause: error,
    });
  }
  server.unref();
  return server;
}

async function isHeld(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Removes a socket that nobody answers on, alone; whoever comes second finds out and waits. */
async function takeAway(folder: string, path: string): Promise<void> {
  const guard = join(folder, 'lock.taking');
  const mine = await open(guard, 'wx').catch(() => null);
  if (!mine) {
    const { mtimeMs } = await stat(guard).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > GUARD_MS_MAX) await rm(guard, { force: true });
    await delay(RETRY_MS);
    return;
  }
  try {
    await delay(DEAF_MS_MAX);
    if (!(await isHeld(path))) await rm(path, { force: true });
  } finally {
    await mine.close();
    await rm(guard, { force: true });
  }
}

/** A deep folder is reached by its descriptor, since a socket address is short. */
function socketPath(folder: string): { path: string; done: () => void } {
  const path = join(folder, 'lock.sock');
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return { path, done: () => undefined };
  if (process.platform !== 'linux') {
    throw fail(
      'ledger-away',
      `the data folder's path is longer than ${SOCKET_PATH_BYTES_MAX} bytes`,
    );
  }
  const descriptor = openSync(folder, 'r');
  return {
    path: `/proc/self/fd/${descriptor}/lock.sock`,
    done: () => {
      closeSync(descriptor);
    },
  };
}
