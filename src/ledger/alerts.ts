import type { Urgency } from '../core/decision/policy.js';

/**
 * An alert asks a person to act on one patient. It is born in the transaction that completes an
 * assessment whose decision says so, and lives until somebody ends it:
 *
 *     raised     it is in the ledger and on the board, and its first page is on its way
 *     delivered  the first destination confirmed that it holds the page
 *     acknowledged  a person has taken it, at the board or in the EHR
 *     escalated  nobody took it in the policy's time, or a person asked for more help
 *     resolved   a person is done with it
 *     superseded another alert, or a corrected ECG, stands in its place
 *     withdrawn  it should never have been: wrong patient, withdrawn ECG
 *
 *     raised | delivered | escalated --acknowledge-> acknowledged
 *     raised | delivered --the time is up, or a person--> escalated
 *     acknowledged --a person--> escalated
 *     raised | delivered | acknowledged | escalated --resolve | supersede | withdraw--> the end
 *
 * The first four are open; the last three are final. A confirmation by a destination is always noted,
 * but moves only `raised`. What does not fit the state changes nothing and is no error: two people
 * who press at the same instant both see it done.
 *
 * A page is born with the step that asks for it, and its alert is looked at again right before it
 * leaves: of an alert that has ended none is sent any more, and of one that was acknowledged neither a
 * further route nor an escalation. Such a page ends unsent (`page-not-wanted`), and is born again where
 * a person asks for more help after all. One whose bytes may have left goes on to its end, so that what
 * stands is known and can be brought up to date or taken back.
 *
 * There is one page a patient and finding: a further ECG with the same finding within the policy's
 * window becomes one more assessment of the alert that is there (also of one that was resolved), and
 * nobody is paged. Behind the window the new alert supersedes the old one. More pages of one
 * department than its cap allows are a storm: one alert without a patient pages for all of them, and
 * each of the others stands on the board as its member (`stormOf`), quietly.
 *
 * Timers belong to the row: `dueAtMs` says when an alert wants to be looked at, and `lookAfter` does
 * what is due, once, however many workers look.
 */
export interface AlertRecord {
  readonly id: string;
  /** The assessment that raised it; what a page shows. */
  readonly assessmentId: string;
  readonly ecgId: string;
  /** As the ledger keys its patients; null for a storm, which is about a department. */
  readonly patientKey: string | null;
  readonly department: string;
  readonly findingIds: readonly string[];
  readonly urgency: Urgency;
  readonly state: AlertState;
  readonly raisedAtMs: number;
  readonly deliveredAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  /** When it escalates unless somebody acknowledges it; null where it will not. */
  readonly escalateAtMs: number | null;
  readonly escalatedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** True for the one alert that pages for a burst. */
  readonly isStorm: boolean;
  /** The storm that pages for this one. */
  readonly stormOf: string | null;
  /** All assessments it stands for, oldest first; `assessmentId` is among them. */
  readonly assessmentIds: readonly string[];
  readonly plan: PagePlan;
  /** How many of the plan's routes were taken so far. */
  readonly routesTaken: number;
  /** When the next route is taken unless a destination confirms; null where there is none left. */
  readonly nextRouteAtMs: number | null;
  readonly events: readonly AlertEvent[];
  /** Rises with every change. */
  readonly revision: number;
}

export const OPEN_ALERT_STATES = ['raised', 'delivered', 'acknowledged', 'escalated'] as const;
export const ENDED_ALERT_STATES = ['resolved', 'superseded', 'withdrawn'] as const;
export type AlertState = (typeof OPEN_ALERT_STATES)[number] | (typeof ENDED_ALERT_STATES)[number];

export type AlertStep = 'raise' | 'join' | 'deliver' | 'route' | AlertAction;

/** What a person, a timer or a correction may do to an alert. */
export type AlertAction = 'acknowledge' | 'escalate' | 'resolve' | 'withdraw' | 'supersede';

export interface AlertEvent {
  readonly atMs: number;
  readonly action: AlertStep;
  /** A user of the board, a reference of the EHR, or `leadwire`. */
  readonly actor: string;
  readonly via: AlertVia;
  /** In the actor's words, or ours. Patient data: stays in the ledger. */
  readonly note: string | null;
}

export type AlertVia = 'board' | 'ehr' | 'timer' | 'service';

/** How a policy wants one decision to be paged; kept with the alert, so that a new policy leaves it. */
export interface PagePlan {
  readonly urgency: Urgency;
  /** Names of destinations, in the order in which they are tried. */
  readonly routes: readonly string[];
  /** Who is called where nobody took it. */
  readonly escalationRoutes: readonly string[];
  /** Destinations that can show what became of a page. */
  readonly updates: readonly string[];
  readonly nextRouteAfterMs: number;
  readonly escalateAfterMs: number | null;
  readonly quietMs: number;
  /** Where the patient is; null where the message did not say: then it is the sender's name. */
  readonly department: string | null;
  readonly cap: AlertCap | null;
}

export interface AlertCap {
  readonly pagesMax: number;
  readonly withinMs: number;
}

export interface AlertAct {
  readonly action: AlertAction;
  /** As the audit knows them; what people read is the name, where there is one. */
  readonly actor: string;
  readonly actorName?: string | null;
  readonly via: AlertVia;
  readonly note?: string | null;
  readonly atMs: number;
}

export interface Acted {
  /** False when the state did not allow it, or it was so already. */
  readonly changed: boolean;
  readonly alert: AlertRecord;
  /** Deliveries that were born by it and want to be enqueued. */
  readonly deliveryIds: readonly string[];
}

export interface Alerts {
  get(alertId: string): Promise<AlertRecord | null>;
  /** Most urgent first, then oldest first. */
  open(limit: number): Promise<AlertRecord[]>;
  /** Newest first, ended ones too. */
  ofPatient(patientKey: string): Promise<AlertRecord[]>;
  /** Those that it raised or that it became part of, oldest first. */
  ofAssessment(assessmentId: string): Promise<AlertRecord[]>;
  /** The alert that a delivery pages for. */
  ofDelivery(deliveryId: string): Promise<AlertRecord | null>;
  /** Durable when it resolves; null when there is no such alert. */
  act(alertId: string, act: AlertAct): Promise<Acted | null>;
  /** Open alerts with something to do by then, the longest overdue first. */
  due(nowMs: number, limit: number): Promise<{ readonly id: string }[]>;
  /** Takes the next route, escalates: whatever is due, once. Null when there is no such alert. */
  lookAfter(alertId: string, nowMs: number): Promise<Acted | null>;
  /** Of open alerts, by state; for metrics. */
  counts(): Promise<Readonly<Record<string, number>>>;
}
