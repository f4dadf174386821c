import pg from 'pg';

/** What stands in the database itself, asked past the service. */
export interface LedgerLook {
  /** Work of any kind that is not done. */
  open(): Promise<number>;
  /** ECGs with any number of assessments but one that is done, or of deliveries but one delivered. */
  odd(): Promise<readonly string[]>;
  ecgs(): Promise<number>;
  /** Message ids that came again although they had been stored. */
  repeated(): Promise<ReadonlySet<string>>;
  migrations(): Promise<readonly string[]>;
  /** Holds up every arrival until it is let go. */
  holdArrivals(): Promise<() => Promise<void>>;
}

const OPEN = `
  select (select count(*) from assessments where state <> 'done')
       + (select count(*) from deliveries where state <> 'delivered') as count`;
const ODD = `
  select e.id, count(distinct a.id) as assessed, count(d.id) as delivered
  from ecgs e
  left join assessments a on a.ecg_id = e.id and a.state = 'done'
  left join deliveries d on d.assessment_id = a.id and d.state = 'delivered' and d.kind = 'result'
  group by e.id having count(distinct a.id) <> 1 or count(d.id) <> 1`;

export function lookInto(url: string): LedgerLook {
  const ask = async <Row extends object>(text: string): Promise<Row[]> => {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const count = async (text: string): Promise<number> =>
    Number((await ask<{ count: string }>(text))[0]?.count ?? 'NaN');
  return {
    open: () => count(OPEN),
    ecgs: () => count('select count(*) from ecgs'),
    odd: async () => {
      const rows = await ask<{ id: string; assessed: string; delivered: string }>(ODD);
      return rows.map(
        ({ id, assessed, delivered }) => `${id}: ${assessed} assessments, ${delivered} deliveries`,
      );
    },
    repeated: async () => {
      const rows = await ask<{ message_id: string }>(
        "select distinct message_id from receipts where outcome = 'repeat'",
      );
      return new Set(rows.map(({ message_id: id }) => id));
    },
    migrations: async () => {
      const rows = await ask<{ name: string }>(
        'select name from leadwire_migrations order by name',
      );
      return rows.map(({ name }) => name);
    },
    holdArrivals: async () => {
      const client = new pg.Client(url);
      client.on('error', () => undefined);
      await client.connect();
      await client.query('begin');
      await client.query('lock table receipts in share mode');
      return () => client.end();
    },
  };
}
