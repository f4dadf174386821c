/** What somebody at the board may do. Every route names the one that it needs. */
export const PERMISSIONS = ['see', 'act', 'messages', 'raw', 'replay', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['viewer', 'clinician', 'analyst', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['see'],
  clinician: ['see', 'act'],
  analyst: ['messages', 'raw', 'replay'],
  admin: PERMISSIONS,
};

/** Roles add up: who is clinician and analyst may do what both may. */
export function permissionsOf(roles: readonly Role[]): readonly Permission[] {
  return PERMISSIONS.filter((one) => roles.some((role) => GRANTS[role].includes(one)));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
