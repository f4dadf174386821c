/** Works on several items at once and yields the results in the order of the items. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    const one = work(item);
    // A failure is met when its turn comes; until then it must not end the process.
    one.catch(() => undefined);
    running.push(one);
    if (running.length < atOnce) continue;
    const first = running.shift();
    if (first) yield await first;
  }
  for (const one of running) yield await one;
}
