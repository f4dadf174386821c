/** How far a long run is, told on stderr so that stdout stays clean for results. */
export interface Progress {
  step(count?: number): void;
  end(): void;
}

const TERMINAL_EVERY_MS = 200;
const FILE_EVERY_MS = 10_000;

export function createProgress(total: number, what: string, stream: NodeJS.WriteStream): Progress {
  const startedMs = performance.now();
  const everyMs = stream.isTTY ? TERMINAL_EVERY_MS : FILE_EVERY_MS;
  let done = 0;
  let toldMs = startedMs;
  const say = (): void => {
    const seconds = Math.max((performance.now() - startedMs) / 1000, 0.001);
    const line = `${done} of ${total} ${what}, ${(done / seconds).toFixed(1)} a second`;
    stream.write(stream.isTTY ? `\r${line}` : `${line}\n`);
  };
  return {
    step: (count = 1) => {
      done += count;
      if (total === 1 || performance.now() - toldMs < everyMs) return;
      toldMs = performance.now();
      say();
    },
    end: () => {
      if (total === 1) return;
      say();
      if (stream.isTTY) stream.write('\n');
    },
  };
}
