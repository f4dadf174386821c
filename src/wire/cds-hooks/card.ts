/** What a CDS client shows. `summary` is what it shows first: shorter than 140 characters. */
export interface CdsCard {
  readonly uuid: string;
  readonly summary: string;
  /** Markdown. */
  readonly detail: string;
  readonly indicator: 'info' | 'warning' | 'critical';
  readonly source: {
    readonly label: string;
    readonly url?: string;
    readonly topic?: CdsCoding;
  };
  readonly overrideReasons?: readonly CdsCoding[];
  readonly links?: readonly {
    readonly label: string;
    readonly url: string;
    readonly type: 'absolute';
  }[];
}

export interface CdsCoding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

export const SUMMARY_CHARS_MAX = 139;

/** A service as the discovery page describes it. */
export interface CdsServiceDescription {
  readonly id: string;
  readonly hook: string;
  readonly title: string;
  readonly description: string;
  readonly prefetch: Readonly<Record<string, string>>;
  readonly usageRequirements: string;
}
