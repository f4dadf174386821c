/** A request that the sandbox refuses, as the status and issue type it is answered with. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly issue: string,
    told: string,
    /** FHIRPath-like places in the resource that are at fault. */
    readonly expression: readonly string[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(told);
  }
}

export function outcomeOf(problem: Problem): Readonly<Record<string, unknown>> {
  const { issue, message, expression } = problem;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issue,
        diagnostics: message,
        ...(expression.length > 0 ? { expression } : {}),
      },
    ],
  };
}
