/** In which form results reach each destination: told by whoever delivers, read by the health page. */
export interface DestinationNotes {
  watch(name: string, describe: () => string | null): void;
  read(): Readonly<Record<string, string>>;
}

export function createDestinationNotes(): DestinationNotes {
  const watched = new Map<string, () => string | null>();
  return {
    watch: (name, describe) => {
      watched.set(name, describe);
    },
    read: () =>
      Object.fromEntries(
        [...watched].map(([name, describe]) => [name, describe() ?? 'did not say yet']),
      ),
  };
}
