/** The places that results go to, as the deliveries to them stand. */
export interface Destinations {
  states(nowMs: number): Promise<readonly DestinationState[]>;
  /** From then on no delivery to it is begun, in any process; what is under way ends. */
  pause(name: string, by: string, atMs: number): Promise<void>;
  resume(name: string): Promise<void>;
}

export interface DestinationState {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly paused: boolean;
  readonly pausedBy: string | null;
  readonly pending: number;
  readonly parked: number;
  /** Age of the oldest that is pending; 0 where none is. */
  readonly oldestMs: number;
  readonly lastDeliveredMs: number | null;
  /** False where it refused to be told what became of an alert, when it was last to be told. */
  readonly takesUpdates: boolean;
  /** Of the newest one that is open. */
  readonly lastFailure: { readonly code: string; readonly text: string } | null;
}
