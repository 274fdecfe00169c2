/**
 * What `PublicKeyCredential.signalAllAcceptedCredentials` takes (WebAuthn level 3, section 5.1.10): a passkey that is not in
 * the list is not offered to the person any more.
 */
export const acceptedPasskeys = (rpId: string, handle: Buffer, passkeys: readonly { id: Buffer }[]) => ({
  rpId,
  userId: handle.toString('base64url'),
  allAcceptedCredentialIds: passkeys.map(({ id }) => id.toString('base64url')),
})
