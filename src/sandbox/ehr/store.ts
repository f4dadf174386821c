import { Problem } from './problem.js';
import { keysOf, parseQuery, type Kept, type Query } from './search.js';

/** A version that says no more than that the resource is gone. */
export interface Deleted {
  readonly deleted: true;
  readonly resourceType: string;
  readonly id: string;
  readonly meta: Kept['meta'];
}

export type Version = Kept | Deleted;
export type Content = Readonly<Record<string, unknown>> & { readonly resourceType: string };

export function isDeleted(version: Version): version is Deleted {
  return version['deleted'] === true;
}

/** All that the sandbox EHR knows, in memory. Every change is synchronous, so it is whole or not. */
export class EhrStore {
  /** Versions of each resource, oldest first. */
  readonly #types = new Map<string, Map<string, Version[]>>();
  /** By type and key, so that a search by identifier stays cheap with ten thousand results. */
  readonly #index = new Map<string, Set<string>>();
  readonly #listeners: ((resource: Kept) => void)[] = [];
  #lastId = 0;
  #lastMs = 0;

  onWrite(listener: (resource: Kept) => void): void {
    this.#listeners.push(listener);
  }

  newId(): string {
    this.#lastId += 1;
    return String(1_000 + this.#lastId);
  }

  put(content: Content, id: string): Kept {
    const { resourceType } = content;
    const ofType = this.#types.get(resourceType) ?? new Map<string, Version[]>();
    this.#types.set(resourceType, ofType);
    const versions = ofType.get(id) ?? [];
    ofType.set(id, versions);
    const meta = typeof content['meta'] === 'object' ? content['meta'] : {};
    const kept: Kept = {
      ...content,
      resourceType,
      id,
      meta: { ...meta, versionId: String(versions.length + 1), lastUpdated: this.#instant() },
    };
    this.#forget(versions.at(-1));
    versions.push(kept);
    for (const key of keysOf(kept)) this.#idsAt(resourceType, key).add(id);
    for (const listener of this.#listeners) listener(kept);
    return kept;
  }

  remove(type: string, id: string): void {
    const versions = this.#types.get(type)?.get(id);
    const current = versions?.at(-1);
    if (!versions || !current || isDeleted(current)) return;
    this.#forget(current);
    const meta = { versionId: String(versions.length + 1), lastUpdated: this.#instant() };
    versions.push({ deleted: true, resourceType: type, id, meta });
  }

  read(type: string, id: string): Kept {
    const current = this.#types.get(type)?.get(id)?.at(-1);
    if (!current) throw new Problem(404, 'not-found', `${type}/${id} is not known`);
    if (isDeleted(current)) throw new Problem(410, 'deleted', `${type}/${id} was deleted`);
    return current;
  }

  /** The current version, where there is one. */
  find(type: string, id: string): Kept | null {
    const current = this.#types.get(type)?.get(id)?.at(-1);
    return current && !isDeleted(current) ? current : null;
  }

  version(type: string, id: string, versionId: string): Kept {
    const kept = this.#types.get(type)?.get(id)?.[Number(versionId) - 1];
    if (!kept) throw new Problem(404, 'not-found', `${type}/${id} has no version ${versionId}`);
    if (isDeleted(kept)) throw new Problem(410, 'deleted', `${type}/${id} was deleted there`);
    return kept;
  }

  /** Newest first. */
  history(type: string, id: string): Version[] {
    const versions = this.#types.get(type)?.get(id);
    if (!versions) throw new Problem(404, 'not-found', `${type}/${id} is not known`);
    return [...versions].reverse();
  }

  all(type: string): Kept[] {
    const ofType = this.#types.get(type) ?? new Map<string, Version[]>();
    return [...ofType.values()].flatMap((versions) => {
      const current = versions.at(-1);
      return current && !isDeleted(current) ? [current] : [];
    });
  }

  /** Every match, in the order asked for. */
  matches(type: string, query: Query): Kept[] {
    const [first, ...others] = query.keys;
    const candidates = first
      ? [...this.#idsOf(type, first)].map((id) => this.read(type, id))
      : this.all(type);
    const rest = others.map((keys) => this.#idsOf(type, keys));
    const found = candidates.filter(
      (one) => rest.every((ids) => ids.has(one.id)) && query.tests.every((holds) => holds(one)),
    );
    found.sort((a, b) => (a.meta.lastUpdated < b.meta.lastUpdated ? -1 : 1));
    return query.newestFirst ? found.reverse() : found;
  }

  /** The one resource that a conditional request means; null where there is none. */
  theOne(type: string, condition: string): Kept | null {
    const found = this.matches(type, parseQuery(new URLSearchParams(condition)));
    if (found.length > 1) {
      throw new Problem(412, 'multiple-matches', `${type} has ${found.length} that match`);
    }
    return found[0] ?? null;
  }

  #idsOf(type: string, keys: readonly string[]): Set<string> {
    return new Set(keys.flatMap((key) => [...(this.#index.get(`${type} ${key}`) ?? [])]));
  }

  #idsAt(type: string, key: string): Set<string> {
    const ids = this.#index.get(`${type} ${key}`) ?? new Set<string>();
    this.#index.set(`${type} ${key}`, ids);
    return ids;
  }

  #forget(former: Version | undefined): void {
    if (!former || isDeleted(former)) return;
    for (const key of keysOf(former)) this.#idsAt(former.resourceType, key).delete(former.id);
  }

  /** Strictly rising, so that "oldest" always has one answer. */
  #instant(): string {
    this.#lastMs = Math.max(Date.now(), this.#lastMs + 1);
    return new Date(this.#lastMs).toISOString();
  }
}
