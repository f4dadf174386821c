import { BlockList, isIP } from 'node:net';

/** Says whether an address may connect. */
export type AllowList = (address: string) => boolean;

/**
 * From addresses and CIDR ranges. An empty list lets everybody in. Throws a RangeError on an entry
 * that is neither, because a list that silently lacks an entry is a closed or an open door.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  if (entries.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry.trim());
  return (address) => {
    const plain = withoutMapping(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  const wellFormed = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (version === 0 || !wellFormed || length > bits) {
    throw new RangeError(`"${entry}" is neither an address nor a CIDR range`);
  }
  list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
}

/** An IPv4 peer of a socket that listens on IPv6 is written ::ffff:10.0.0.1. */
function withoutMapping(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}
