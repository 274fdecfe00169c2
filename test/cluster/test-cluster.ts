import { type LocalImage } from './images/local-image.ts'

/** Where requests from outside come in. */
export interface TestGateway {
  /** Its address, reachable from this machine; HTTPS on 443. */
  address: string
  /** The CA of its wildcard certificate, PEM. */
  ca: string
  /** Its certificate covers these and one label below each: `acme.test`, `auth.acme.test`. */
  domains: readonly string[]
  /** The Gateway object that HTTPRoutes name as their parent. */
  parent: { namespace: string; name: string; sectionName: string }
  /** Where its proxies run: whom a NetworkPolicy must let in. */
  proxyNamespace: string
}

/** A cluster that tests and the demo use, whoever made it. */
export interface TestCluster {
  name: string
  /** Path of a cluster-admin's kubeconfig. */
  kubeconfig: string
  /** Answer stdout; fail with the program's own words. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>
  helm(args: readonly string[], stdin?: string): Promise<string>
  /** Makes the image usable by pods and tells the name to use. */
  loadImage(image: LocalImage): Promise<string>
  /** This machine as pods reach it; undefined where they cannot. */
  hostAddress?: string
  /** JSON lines of every request; undefined where nobody lets us read it. */
  auditLog?: string
  gateway?: TestGateway
}
