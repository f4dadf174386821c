/** An alert's clock, as the page shows it. */
export interface AlertView {
  readonly id: string;
  readonly state: string;
  readonly urgency: string;
  readonly raisedAt: string;
  readonly deliveredAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly escalateAt: string | null;
  readonly storm: boolean;
}
