import type { Page } from 'playwright-core';

const PAUSE_MS = 60;

/** How long the page takes from a key to the next picture, press after press. */
export async function answerTimes(page: Page, presses: number): Promise<number[]> {
  const takenMs: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    takenMs.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const startMs = performance.now();
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
            requestAnimationFrame(() => {
              setTimeout(() => {
                resolve(performance.now() - startMs);
              });
            });
          }),
      ),
    );
    await page.waitForTimeout(PAUSE_MS);
  }
  return takenMs;
}

/** Half of the answers were faster. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.POSITIVE_INFINITY;
}
