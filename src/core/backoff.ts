import type { Failure } from './failure.js';

/** How often work is tried again, and for how long. */
export interface RetryPlan {
  readonly delayMsFirst: number;
  readonly delayMsMax: number;
  /** After this many attempts a failure is parked, whatever its class. */
  readonly attemptsMax: number;
}

/**
 * Doubles from the first delay to the longest; the random half keeps a thousand jobs that failed
 * together from coming back together. A wait that the other side asked for is never cut short.
 */
export function retryDelayMs(
  plan: RetryPlan,
  attempts: number,
  why: Failure,
  random: number,
): number {
  const grown = Math.min(plan.delayMsMax, plan.delayMsFirst * 2 ** Math.min(attempts, 30));
  const jittered = grown * (0.5 + random / 2);
  return Math.round(Math.max(jittered, why.retryAfterMs ?? 0));
}

/** Permanent failures are parked at once, the others when the plan is used up. */
export function shouldPark(plan: RetryPlan, attempts: number, why: Failure): boolean {
  return why.class === 'permanent' || attempts >= plan.attemptsMax;
}
