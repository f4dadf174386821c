import type { Rig } from '../rig.js';
import type { StackName } from '../stack.js';
import type { Tally } from '../tally.js';

/** One way to hurt the service. What must hold afterwards is the same for all and checked outside. */
export interface Scenario {
  readonly name: string;
  readonly stacks: readonly StackName[];
  /** Ends with a service running that can finish what is open. */
  run(rig: Rig, kills: number): Promise<Tally | null>;
}
