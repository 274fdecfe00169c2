import { type Encrypt } from './port.ts'

/** In the age format, as the `age` program opens it. Whole in memory: backups themselves go through that program. */
export const encrypt: Encrypt = async (plaintext, recipients) => {
  if (recipients.length === 0) throw new TypeError('Nobody could open what is encrypted to nobody.')
  // On demand: most of what it brings along is for kinds of keys that are not ours.
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient)
    } catch {
      // What was given may be a private half: it is not repeated.
      throw new TypeError('It is not the public half of an age identity: age1 and 58 letters and digits.')
    }
  }
  return encrypter.encrypt(plaintext)
}
