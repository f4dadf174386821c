import { BOUNDARIES, MOMENTS, type Place } from './boundary.js';

/** How often the service was killed where, and whether an ECG was on its way at that instant. */
export class Tally {
  readonly #kills = new Map<string, { kills: number; inFlight: number }>();

  add(place: Place, moment: string, inFlight: boolean): void {
    for (const key of [place, `${place}/${moment}`]) {
      const row = this.#kills.get(key) ?? { kills: 0, inFlight: 0 };
      row.kills += 1;
      if (inFlight) row.inFlight += 1;
      this.#kills.set(key, row);
    }
  }

  addAll(other: Tally): void {
    for (const [key, { kills, inFlight }] of other.#kills) {
      const row = this.#kills.get(key) ?? { kills: 0, inFlight: 0 };
      this.#kills.set(key, { kills: row.kills + kills, inFlight: row.inFlight + inFlight });
    }
  }

  /** The fewest kills with work in flight that any boundary got. */
  get fewestInFlight(): number {
    return Math.min(...BOUNDARIES.map((boundary) => this.#kills.get(boundary)?.inFlight ?? 0));
  }

  get total(): number {
    const places: Place[] = [...BOUNDARIES, 'start'];
    return places.reduce((sum, place) => sum + (this.#kills.get(place)?.kills ?? 0), 0);
  }

  lines(): string[] {
    const rows = [...BOUNDARIES, 'start' as const].map((place) => {
      const { kills, inFlight } = this.#kills.get(place) ?? { kills: 0, inFlight: 0 };
      const parts = MOMENTS[place].map(
        (moment) => `${moment} ${this.#kills.get(`${place}/${moment}`)?.kills ?? 0}`,
      );
      const bar = '#'.repeat(Math.min(kills, 60));
      return [place, `${kills}`, `${inFlight}`, parts.join(', '), bar] as const;
    });
    return [['boundary', 'kills', 'in flight', 'at', ''] as const, ...rows].map(
      ([place, kills, inFlight, parts, bar]) =>
        `  ${place.padEnd(9)}${kills.padStart(6)}${inFlight.padStart(11)}  ${parts.padEnd(26)} ${bar}`,
    );
  }
}
