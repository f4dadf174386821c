import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of ours that never outlives the harness. */
export interface Child {
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  kill(signal: NodeJS.Signals): void;
}

const living = new Set<ChildProcess>();
let watching = false;

export function startChild(command: string, args: readonly string[], options: SpawnOptions): Child {
  if (!watching) watchOurEnd();
  const child = spawn(command, args, options);
  living.add(child);
  const exited = once(child, 'exit').then(([code, signal]): Exit => {
    living.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  return {
    process: child,
    exited,
    get running() {
      return living.has(child);
    },
    kill: (signal) => {
      if (living.has(child)) child.kill(signal);
    },
  };
}

/** However we end, short of SIGKILL; what we are then is for the killer's own pipe to notice. */
function watchOurEnd(): void {
  watching = true;
  // First, because the folders of the dead are removed next.
  process.prependListener('exit', () => {
    for (const child of living) child.kill('SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.stderr.write(`interrupted by ${signal}\n`);
      process.exit(130);
    });
  }
}

/**
 * For programs that know nothing of the harness: a shell holds our end of a pipe, and when that
 * closes, even by SIGKILL, it takes the program with it. The first line it writes is the pid.
 */
export function startLeashed(
  command: readonly string[],
  options: Pick<SpawnOptions, 'uid' | 'gid' | 'cwd' | 'env'>,
): Child {
  const script =
    'exec 3<&0; "$@" </dev/null >&2 & child=$!; echo $child; ' +
    '(cat <&3 >/dev/null; kill -KILL $child 2>/dev/null) & watch=$!; ' +
    'wait $child; code=$?; kill -KILL $watch 2>/dev/null; exit $code';
  return startChild('sh', ['-c', script, 'leash', ...command], {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
