const LOOK_MS = 25;
const WAIT_MS_MAX = 20_000;

/** Looks until the expectations hold, and fails with the last one that did not. */
export async function eventually<T>(look: () => Promise<T>, waitMsMax = WAIT_MS_MAX): Promise<T> {
  const untilMs = Date.now() + waitMsMax;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
