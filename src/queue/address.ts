/** Where the jobs wait, as told by a URL. */
export type QueueAddress = { readonly store: 'postgres'; readonly url: string } | RedisAddress;

export interface RedisAddress {
  readonly store: 'redis' | 'redis-sentinel' | 'redis-cluster';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** The name under which the sentinels know the primary. */
  readonly primaryName: string | undefined;
  readonly tls: boolean;
}

const SHAPE =
  /^(?<scheme>redis|rediss|redis-sentinel|redis-cluster):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?@]+)(?:\/(?<path>[^?]*))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-fA-F:]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/;

/**
 * Reads `redis[s]://host:port/db`, `redis-sentinel://h1:26379,h2:26379/primary/db`,
 * `redis-cluster://h1:6379,h2:6379` and `postgres://...`, each with `user:password@` where needed.
 * Null when it is none of these: what it says is not repeated, as it may hold a password.
 */
export function decodeQueueAddress(url: string): QueueAddress | null {
  if (/^postgres(ql)?:\/\//.test(url)) return { store: 'postgres', url };
  const parts = SHAPE.exec(url)?.groups;
  if (parts === undefined) return null;
  const { scheme = '' } = parts;
  const store = scheme === 'rediss' ? 'redis' : (scheme as RedisAddress['store']);
  const hosts = decodeHosts(parts['hosts'] ?? '', store === 'redis-sentinel' ? 26_379 : 6_379);
  const place = decodePath(parts['path'] ?? '', store);
  const credentials = decodeCredentials(parts['user'], parts['password']);
  if (hosts === null || place === null || credentials === null) return null;
  if (store === 'redis' && hosts.length !== 1) return null;
  return { store, hosts, tls: scheme === 'rediss', ...place, ...credentials };
}

function decodeHosts(text: string, portDefault: number): RedisAddress['hosts'] | null {
  const hosts = text.split(',').map((part) => {
    const found = HOST.exec(part)?.groups;
    if (found === undefined) return null;
    const port = found['port'] === undefined ? portDefault : Number(found['port']);
    const host = found['v6'] ?? found['name'] ?? '';
    return port > 0 && port < 65_536 ? { host, port } : null;
  });
  const known = hosts.filter((host) => host !== null);
  return known.length === hosts.length ? known : null;
}

function decodePath(
  path: string,
  store: RedisAddress['store'],
): Pick<RedisAddress, 'db' | 'primaryName'> | null {
  const [first = '', second = '', ...more] = path.split('/');
  if (more.length > 0) return null;
  const [primaryName, dbText] = store === 'redis-sentinel' ? [first, second] : ['', first];
  if (store === 'redis-sentinel' ? primaryName === '' : second !== '') return null;
  if (!/^\d{0,5}$/.test(dbText)) return null;
  const db = Number(dbText);
  // A cluster has no databases but the first.
  if (store === 'redis-cluster' && db !== 0) return null;
  return { db, primaryName: primaryName === '' ? undefined : primaryName };
}

function decodeCredentials(
  user: string | undefined,
  password: string | undefined,
): Pick<RedisAddress, 'username' | 'password'> | null {
  try {
    return { username: decodePart(user), password: decodePart(password) };
  } catch {
    return null;
  }
}

function decodePart(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : decodeURIComponent(text);
}
