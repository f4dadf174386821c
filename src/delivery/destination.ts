import type { Assessment } from '../core/decision/assessment.js';
import type { AlertRecord } from '../ledger/alerts.js';
import type { DeliveryKind, EcgRecord } from '../ledger/ledger.js';
import type { EcgEnd } from '../ledger/revisions.js';

/** Everything one delivery is about, read once from the ledger. */
export interface Order {
  readonly deliveryId: string;
  readonly kind: DeliveryKind;
  readonly assessmentId: string;
  readonly assessment: Assessment;
  /** When the assessment was made. */
  readonly assessedAtMs: number;
  readonly ecg: EcgRecord;
  /** As it stands now, where the delivery is about one. */
  readonly alert?: AlertRecord | null;
  /** Of a retraction: why the ECG no longer stands. */
  readonly end?: EcgEnd | null;
  /** Of a retraction: the kinds of delivery that may stand at the destination. */
  readonly told?: readonly DeliveryKind[];
  /** Of a result: assessments of the ECGs in whose place this one stands. */
  readonly replaces?: readonly string[];
}

/**
 * Where results go. The station owns the lease, the retries and the ledger; a destination owns what
 * is written and how to find it again. Others plug in beside the EHR by this port alone.
 */
export interface Destination {
  readonly name: string;
  readonly kinds: readonly DeliveryKind[];
  /** True where what is sent is a stream: then one patient's results go in the order of their making. */
  readonly inOrder?: boolean;
  /** Throws FailureError; its class decides what happens next. */
  deliver(order: Order, attempt: Attempt): Promise<Standing>;
  /**
   * For a writer that finds, after its write, that another had taken over meanwhile: makes one of
   * what the two may have left, keeping `confirmed` where the ledger names one. How many it withdrew.
   */
  reconcile?(order: Order, confirmed: string | null): Promise<number>;
  /** Called at the start: what can be found out before the first delivery is told then. */
  prepare?(): Promise<void>;
  /** In which form things are delivered there, for the health page; null while that is not known. */
  describe?(): string | null;
}

export interface Attempt {
  /** An earlier attempt may have succeeded unseen: look before writing. */
  readonly outcomeUnknown: boolean;
  /**
   * To be awaited right before the bytes of a write leave: records that they did, and throws
   * `lease-lost` when the delivery belongs to another by now.
   */
  beforeWrite(): Promise<void>;
}

/** What stands at the destination now. */
export interface Standing {
  /** Null where the destination has no name for it, or there was nothing to say. */
  readonly reference: string | null;
  /** True when it stood there already. */
  readonly found: boolean;
}
