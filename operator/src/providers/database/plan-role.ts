import { databaseNames } from '../../api/v1alpha1/names.ts'
import { roleAttributes, roleSettings, tenantRoles } from './expected-roles.ts'
import {
  type DatabaseStep,
  type DatabaseWanted,
  type RoleAttributes,
  type RoleObserved,
  type TenantRole,
} from './port.ts'

/** What to do for one role: made, or put right attribute by attribute; memberships either way taken away. */
export function planRole(
  role: TenantRole,
  seen: RoleObserved | undefined,
  wanted: Pick<DatabaseWanted, 'tenantID' | 'connectionLimit'>,
): DatabaseStep[] {
  const expected = roleAttributes(role, wanted.connectionLimit)
  if (!seen) return [{ do: 'createRole', role, connectionLimit: expected.connectionLimit }]
  const names = databaseNames(wanted.tenantID)
  const name = names[role]
  // A membership between two of our own roles is taken away once, where its group is looked at.
  const groups = seen.memberOf.filter((group) => !tenantRoles.some((own) => names[own] === group))
  const attributes = differing(seen, expected)
  const set = roleSettings[role].filter((setting) => !seen.settings.includes(setting))
  const known = roleSettings[role].map(settingName)
  const reset = seen.settings.map(settingName).filter((setting) => !known.includes(setting))
  const settle = set.length + reset.length + seen.localSettings.length > 0
  return [
    ...seen.members.map((member): DatabaseStep => ({ do: 'revokeMembership', role: name, member })),
    ...groups.map((group): DatabaseStep => ({ do: 'revokeMembership', role: group, member: name })),
    ...(Object.keys(attributes).length > 0 ? [{ do: 'alterRole', role, attributes } as const] : []),
    ...(settle ? [{ do: 'setSettings', role, set, reset, resetLocal: seen.localSettings } as const] : []),
    ...(seen.passwordWorks === false ? [{ do: 'setPassword', role } as const] : []),
  ]
}

/** Only what differs is named: some attributes may be mentioned by a superuser only, even when they do not change. */
function differing(seen: RoleAttributes, expected: RoleAttributes): Partial<RoleAttributes> {
  const names = Object.keys(expected) as (keyof RoleAttributes)[]
  return Object.fromEntries(
    names.filter((name) => seen[name] !== expected[name]).map((name) => [name, expected[name]]),
  )
}

/** The name in `name=value`. */
export const settingName = (setting: string): string => setting.slice(0, setting.indexOf('='))
