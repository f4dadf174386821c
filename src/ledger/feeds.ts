/**
 * How the EHR tells us of ECGs, and how far we have come with it. Three kinds of rows that are
 * written by different hands:
 *
 * - a **sweep** says up to which moment of the EHR's clock everything was looked through;
 * - a **subscription** says how our own Subscription of one criterion stood when last looked at;
 * - what was **heard** of a Subscription says which of its events came and which are missing.
 *
 * None of it is in the embedded journal: lost with its database, it is found again by looking back.
 */
export interface Feeds {
  /** True while it is this owner's: of many workers one sweeps and mends. */
  lease(name: string, owner: string, leaseMs: number): Promise<boolean>;
  release(name: string, owner: string): Promise<void>;

  sweeps(): Promise<SweepRecord[]>;
  saveSweep(sweep: Omit<SweepRecord, 'askedAtMs'>): Promise<void>;
  /** Somebody said that something is new, and not what. */
  askSweep(atMs: number): Promise<void>;

  subscriptions(): Promise<SubscriptionRecord[]>;
  saveSubscription(subscription: SubscriptionRecord): Promise<void>;
  /** Forgets criteria that are no longer configured. */
  keepOnly(criteria: readonly string[]): Promise<void>;

  hear(reference: string, heard: Heard): Promise<void>;
  heardOf(reference: string): Promise<HeardRecord | null>;
  /** Events up to this number are dealt with. */
  settle(reference: string, throughNumber: number): Promise<void>;

  /** Of these message ids, those that a receipt of the sender has. */
  known(sender: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Gives a receipt that came without one the message id by which it is known from now on. */
  nameMessage(receiptId: string, messageId: string): Promise<void>;
}

export interface SweepRecord {
  readonly criteria: string;
  /** By the EHR's clock. */
  readonly throughMs: number;
  /** By ours. */
  readonly sweptAtMs: number;
  /** When it was last asked for out of turn; 0 for never. */
  readonly askedAtMs: number;
}

/**
 *     absent --create--> requested --EHR--> active
 *     error, off --write again--> requested
 *     refused: the EHR will not have it, for a reason that a person must mend
 *     unknown: it could not be looked at
 */
export const SUBSCRIPTION_STATUSES = [
  'absent',
  'requested',
  'active',
  'error',
  'off',
  'refused',
  'unknown',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export interface SubscriptionRecord {
  readonly criteria: string;
  /** `Subscription/id`. */
  readonly reference: string | null;
  readonly status: SubscriptionStatus;
  /** What this EHR does without: shown, and no error. */
  readonly without: readonly Lacking[];
  readonly repairs: number;
  readonly checkedAtMs: number;
}

export const LACKINGS = ['handshake', 'heartbeat', '$status', '$events'] as const;
export type Lacking = (typeof LACKINGS)[number];

/** What one notification says of its Subscription. */
export interface Heard {
  /** `status` is an answer to our own question and no word of the EHR's. */
  readonly kind: 'handshake' | 'heartbeat' | 'event' | 'status';
  readonly atMs: number;
  /** All events since the Subscription began, where it is told. */
  readonly eventCount: number | null;
  readonly numbers: readonly number[];
}

export interface HeardRecord {
  readonly handshakeAtMs: number | null;
  readonly heartbeatAtMs: number | null;
  readonly lastAtMs: number;
  /** Everything up to here is dealt with. */
  readonly throughNumber: number;
  /** The highest number that is known to exist. */
  readonly lastNumber: number;
  /** Those above `throughNumber` that came. */
  readonly numbers: readonly number[];
}
