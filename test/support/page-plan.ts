import type { PagePlan } from '../../src/ledger/alerts.js';

/** One route to an EHR that is told of every change. */
export const PAGE_PLAN: PagePlan = {
  urgency: 'critical',
  routes: ['fhir'],
  escalationRoutes: [],
  updates: ['fhir'],
  nextRouteAfterMs: 60_000,
  escalateAfterMs: null,
  quietMs: 1_000,
  department: 'ED',
  cap: null,
};
