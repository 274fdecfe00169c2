/**
 * The public-suffix list, as it was when this version was built: nothing is fetched.
 * True for a domain under which strangers register (`eu`, `co.uk`), private ones included (`github.io`): such a
 * domain is nobody's rpId. False for everything below one, and for what is no domain (an IP address, '').
 */
export type PublicSuffix = (domain: string) => boolean
