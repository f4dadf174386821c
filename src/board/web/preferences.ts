/** What a person set on this screen. Nothing of a patient is ever kept in a browser. */
type Name = 'theme' | 'sound' | 'shortcuts' | 'layout';

export function preference(name: Name): string | null {
  try {
    return localStorage.getItem(`leadwire-${name}`);
  } catch {
    return null;
  }
}

export function prefer(name: Name, value: string): void {
  try {
    localStorage.setItem(`leadwire-${name}`, value);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}

const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function theme(): Theme {
  return THEMES.find((known) => known === preference('theme')) ?? 'auto';
}

export function applyTheme(chosen: Theme): void {
  document.documentElement.dataset['theme'] = chosen;
}

export function nextTheme(): Theme {
  const chosen = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? 'auto';
  prefer('theme', chosen);
  applyTheme(chosen);
  return chosen;
}
