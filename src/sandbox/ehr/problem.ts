/** A request that the sandbox refuses, as the status and issue type it is answered with. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly issue: string,
    told: string,
  ) {
    super(told);
  }
}

export function outcomeOf(problem: Problem): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: problem.issue, diagnostics: problem.message }],
  };
}
