import { describe, expect, test } from '@jest/globals';
import type { Audited } from '../../ledger/audit.js';
import { toAuditEvent } from './audit-event.js';

const ROW: Audited = {
  id: 7,
  atMs: Date.UTC(2026, 0, 31, 17, 30),
  actor: 'dr-a',
  action: 'acknowledge alert',
  subject: 'alert-1',
  outcome: 'done',
  via: 'board',
  address: '10.0.0.9',
};

describe('an AuditEvent', () => {
  test('says who did what to which record, when, whence and with what outcome', () => {
    expect(toAuditEvent(ROW)).toMatchObject({
      action: 'U',
      outcome: '0',
      recorded: '2026-01-31T17:30:00.000Z',
      agent: [{ requestor: true, network: { address: '10.0.0.9' } }],
      entity: [{ what: { identifier: { value: 'alert-1' } } }],
    });
  });

  test.each([
    ['read receipt', 'R'],
    ['raise alert', 'C'],
    ['requeue-delivery', 'E'],
    ['withdraw alert', 'U'],
  ] as const)('of %s is of the kind %s', (action, code) => {
    expect(toAuditEvent({ ...ROW, action }).action).toBe(code);
  });

  test('of a refusal says so, and of a timer that nobody asked', () => {
    const event = toAuditEvent({ ...ROW, outcome: 'refused', via: 'timer', address: null });
    expect(event).toMatchObject({ outcome: '4', agent: [{ requestor: false }] });
  });
});
