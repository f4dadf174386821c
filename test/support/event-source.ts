/** Server-sent events as a page gets them, kept in their order. */
export interface Told {
  readonly id: string | null;
  readonly event: string;
  readonly data: unknown;
}

export interface EventSource {
  readonly told: readonly Told[];
  /** The first that fits, of those told already or of those to come. */
  next(fits: (told: Told) => boolean): Promise<Told>;
  close(): void;
}

const WAIT_MS_MAX = 15_000;

export async function openEvents(url: string, lastEventId?: string): Promise<EventSource> {
  const stop = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const answer = await fetch(url, { headers, signal: stop.signal });
  if (!answer.ok || !answer.body) throw new Error(`events: ${answer.status}`);
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  void read(answer.body, (one) => {
    told.push(one);
    for (const look of [...waiting]) look();
  });
  return {
    told,
    next: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`not told in time; told: ${told.map(({ event }) => event).join(', ')}`));
        }, WAIT_MS_MAX);
        const look = (): void => {
          const found = told.find(fits);
          if (!found) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => {
      stop.abort();
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, tell: (told: Told) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const fields = new Map(part.split('\n').map((line) => splitOnce(line)));
        const [event, data] = [fields.get('event'), fields.get('data')];
        if (event === undefined || data === undefined) continue;
        tell({ id: fields.get('id') ?? null, event, data: JSON.parse(data) as unknown });
      }
    }
  } catch {
    // Closed from here.
  }
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}
