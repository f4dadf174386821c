import type { Capabilities } from '../../wire/fhir/capabilities.js';

/** The resources that can carry a result, the fittest first. */
export const CARRIERS = [
  'RiskAssessment',
  'DiagnosticReport',
  'Observation',
  'DocumentReference',
] as const;
export type Carrier = (typeof CARRIERS)[number];

/** What a server takes of all that is written for a result. */
export interface Taken {
  readonly transactions: boolean;
  /** Null where the server takes none: then another destination has to carry the result. */
  readonly carrier: Carrier | null;
  readonly takes: (type: string) => boolean;
  /** Whether what stands may be changed. */
  readonly updates: (type: string) => boolean;
}

/** A server that does not describe itself is taken for a whole one. */
export const EVERYTHING: Taken = Object.freeze({
  transactions: true,
  carrier: 'RiskAssessment',
  takes: () => true,
  updates: () => true,
});

export function takenBy({ creates, updates, transaction }: Capabilities): Taken {
  const takes = (type: string): boolean => creates === null || creates.has(type);
  return Object.freeze({
    transactions: transaction,
    carrier: CARRIERS.find(takes) ?? null,
    takes,
    updates: (type: string) => updates === null || updates.has(type),
  });
}
