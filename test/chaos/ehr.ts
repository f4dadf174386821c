import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import type { Trouble } from '../../src/sandbox/ehr/trouble.js';
import type { Standing } from './verdict.js';

/** The EHR of a run: it lives in the harness and so survives every blow. */
export interface Ehr {
  readonly baseUrl: string;
  readonly sandbox: SandboxEhr;
  /** How many RiskAssessments stand at this moment; one that was taken back stands no more. */
  count(): number;
  /** Whether a result of this patient was ever written. */
  stands(patient: string): boolean;
  /** Doubles that the service itself found and took back. */
  withdrawn(): number;
  /** All of them, asked for over HTTP as anyone would. */
  standing(): Promise<Standing[]>;
  /** From now on, instead of the trouble before; null ends it. */
  trouble(which: Partial<Trouble> | null): void;
  close(): Promise<void>;
}

/**
 * Two writers of one result at the same instant do not see each other here, as on some real
 * servers: only a lease that holds keeps a result from standing twice.
 */
const USUAL: Partial<Trouble> = { racyMs: 30 };

/** With a token, requests without it are refused. */
export async function openEhr(token?: string): Promise<Ehr> {
  const sandbox = await startSandboxEhr(token === undefined ? {} : { token });
  sandbox.trouble(USUAL);
  const all = () => sandbox.store.all('RiskAssessment');
  const patients = new Set<string>();
  sandbox.store.onWrite((resource) => {
    if (resource.resourceType !== 'RiskAssessment') return;
    patients.add(patientIn(sandbox, (resource as unknown as RiskAssessment).subject));
  });
  return {
    baseUrl: sandbox.url,
    sandbox,
    count: () => all().filter((one) => !isWithdrawn(one['status'])).length,
    stands: (patient) => patients.has(patient),
    withdrawn: () => all().filter((one) => isWithdrawn(one['status'])).length,
    standing: () => standingAt(sandbox.url, token),
    trouble: (which) => {
      sandbox.trouble(which ?? USUAL);
    },
    close: () => sandbox.close(),
  };
}

interface Found {
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: RiskAssessment }[];
}

interface RiskAssessment {
  readonly id: string;
  readonly status?: unknown;
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly subject?: Reference;
  readonly occurrenceDateTime?: string;
}

interface Reference {
  readonly reference?: string;
  readonly identifier?: { readonly value?: string };
}

interface Patient {
  readonly identifier?: readonly { readonly value?: string }[];
}

async function standingAt(baseUrl: string, token?: string): Promise<Standing[]> {
  const read = <T>(url: string): Promise<T> => readFrom<T>(url, token);
  const standing: Standing[] = [];
  let url: string | undefined = `${baseUrl}/RiskAssessment?_count=500`;
  while (url !== undefined) {
    const found: Found = await read<Found>(url);
    for (const { resource } of found.entry ?? []) {
      if (isWithdrawn(resource.status)) continue;
      standing.push({
        id: resource.id,
        identifier: identifierOf(resource),
        patient: await patientOf(baseUrl, resource.subject, read),
        occurrence: resource.occurrenceDateTime ?? '',
      });
    }
    url = found.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return standing;
}

function isWithdrawn(status: unknown): boolean {
  return status === 'entered-in-error';
}

function identifierOf({ identifier }: RiskAssessment): string | null {
  const [first] = identifier ?? [];
  return first?.value === undefined ? null : `${first.system ?? ''}|${first.value}`;
}

/** The patient's number, said in the reference or in the Patient it points to. */
async function patientOf(
  baseUrl: string,
  subject: Reference | undefined,
  read: <T>(url: string) => Promise<T>,
): Promise<string> {
  if (subject?.identifier?.value !== undefined) return subject.identifier.value;
  if (subject?.reference === undefined) return 'nobody';
  const patient = await read<Patient>(`${baseUrl}/${subject.reference}`);
  return patient.identifier?.[0]?.value ?? subject.reference;
}

/** The same, without asking over HTTP. */
function patientIn({ store }: SandboxEhr, subject: Reference | undefined): string {
  if (subject?.identifier?.value !== undefined) return subject.identifier.value;
  const [type = '', id = ''] = (subject?.reference ?? '').split('/');
  const patient = store.all(type).find((one) => one.id === id) as Patient | undefined;
  return patient?.identifier?.[0]?.value ?? '';
}

async function readFrom<T>(url: string, token: string | undefined): Promise<T> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`the EHR answers ${response.status} to ${url}`);
  return (await response.json()) as T;
}
