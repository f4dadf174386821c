import type { Abstention, Assessment, Finding } from '../../core/decision/assessment.js';

type Later = 'cardProbability' | 'shift' | 'evidence';
type OldFinding = Omit<Finding, Later> & Partial<Pick<Finding, Later>>;
type OldAbstention = Omit<Abstention, 'findingId'> & Partial<Pick<Abstention, 'findingId'>>;

/** What any version wrote: fields that came later are filled in with what was meant before them. */
type OldAssessment = Omit<Assessment, 'examination' | 'agreement' | 'findings' | 'abstentions'> &
  Partial<Pick<Assessment, 'examination' | 'agreement'>> & {
    readonly findings: readonly OldFinding[];
    readonly abstentions: readonly OldAbstention[];
  };

export function readAssessment(document: string): Assessment {
  const old = JSON.parse(document) as OldAssessment;
  return {
    examination: null,
    agreement: null,
    ...old,
    findings: old.findings.map((one) => ({
      cardProbability: one.probability,
      shift: null,
      evidence: null,
      ...one,
    })),
    abstentions: old.abstentions.map((one) => ({ findingId: null, ...one })),
  };
}
