import { type SecretsSeen } from '../observed.ts'
import { type Step, mountedSecrets } from '../steps.ts'
import { type Ruling, todo } from './ruling.ts'

/** Passwords are written down before any role gets them. */
export function planPasswords({ passwords }: SecretsSeen): Ruling {
  if (passwords === 'absent' || passwords === 'unreadable') return todo({ do: 'makePasswords' })
  return passwords === 'edited' ? todo({ do: 'rewritePasswords' }) : todo()
}

/** The copies that pods mount, made from the masters. Keys that are lost leave their copy as it is. */
export function planMounts(
  { mounted }: SecretsSeen,
  { pullSecret, keysLost }: { pullSecret: boolean; keysLost: boolean },
): Ruling {
  const wanted = mountedSecrets.filter(
    (secret) => (secret !== 'registry' || pullSecret) && (secret !== 'signing-keys' || !keysLost),
  )
  return todo(
    ...wanted
      .filter((secret) => mounted[secret] !== 'current')
      .map((secret): Step => ({ do: 'mount', secret })),
  )
}
