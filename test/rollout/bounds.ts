import type { Farewell, Pod, Used } from './pod.js';
import type { PodPlan } from './pod-plan.js';
import { seconds, type Report } from './report.js';

/** What the render allows, beside what was measured. */
export function checkBounds(
  report: Report,
  pods: readonly Pod[],
  farewells: readonly Farewell[],
): void {
  const plans = pods.map(({ place }) => place.plan);
  report.check(
    'every grace period is longer than preStop and drain bound together',
    plans
      .filter((plan) => plan.graceSeconds <= plan.preStopSeconds + drainSeconds(plan))
      .map(({ component }) => component),
  );
  const started = pods.flatMap(({ readyMs }) => (readyMs === null ? [] : [readyMs]));
  const slowest = Math.max(0, ...started);
  const budgetMs = Math.min(...plans.map(startupMs));
  report.check(
    `${started.length} pods got ready after ${seconds(slowest)} at most; the startup probe allows ${seconds(budgetMs)}`,
    slowest < budgetMs ? [] : ['too slow'],
  );
  const drains = farewells.map(({ drainMs }) => drainMs);
  const wholes = farewells.map(({ wholeMs }) => wholeMs);
  const drainMs = Math.min(...plans.map(drainSeconds)) * 1000;
  const graceMs = Math.min(...plans.map(({ graceSeconds }) => graceSeconds)) * 1000;
  report.check(
    `${farewells.length} pods left, drained in ${seconds(Math.max(0, ...drains))} at most of ${seconds(drainMs)}, gone after ${seconds(Math.max(0, ...wholes))} of ${seconds(graceMs)}`,
    farewells
      .filter((one) => one.exit.code !== 0 || one.drainMs >= drainMs || one.wholeMs >= graceMs)
      .map(
        ({ pod, exit, drainMs: took }) =>
          `${pod}: ${exit.code ?? exit.signal} after ${seconds(took)}`,
      ),
  );
  report.check(
    'no container was started anew',
    pods.flatMap(({ name, terminations }) =>
      terminations.map(({ code, signal, message }) => `${name}: ${code ?? signal} ${message}`),
    ),
  );
}

function drainSeconds({ env }: PodPlan): number {
  return Number(env['LEADWIRE_DRAIN_SECONDS_MAX']);
}

function startupMs({ startup }: PodPlan): number {
  return startup.periodSeconds * startup.failureThreshold * 1000;
}

/** What the pods took, beside what the values ask for them. */
export function checkResources(report: Report, farewells: readonly Farewell[], ecgs: number): void {
  const all = farewells.flatMap(({ used }) => (used === null ? [] : [used]));
  for (const component of new Set(all.map((one) => one.component))) {
    const some: readonly Used[] = all.filter((one) => one.component === component);
    const cpu = some.reduce((sum, one) => sum + one.cpuSeconds, 0);
    const memory = Math.max(...some.map(({ memoryMiBMax }) => memoryMiBMax));
    report.note(
      `${component}: ${memory} MiB at most, ${cpu.toFixed(0)} CPU seconds in ${some.length} pods for ${ecgs} ECGs`,
    );
  }
}
