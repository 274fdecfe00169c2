/** Beside the app role: a migration, a backup, the outbox, the operator's own look inside. */
export const reservedConnections = 4

/**
 * Pods that may hold connections at once. In a rollout one comes before one goes, and those that go keep theirs
 * while they drain: the surge counts pods that are not yet terminating only.
 */
export const podsAtOnce = (replicas: number): number => 2 * replicas + 1

/** The limit of a tenant's database: room for every pod that may be there, and for those who mend it. */
export function connectionLimitFor(replicas: number, poolSize: number): number {
  return podsAtOnce(replicas) * poolSize + reservedConnections
}

/** The app role's own limit, so that a busy tenant leaves room for those who mend it. */
export function appConnectionLimit(databaseLimit: number): number {
  return Math.max(1, databaseLimit - reservedConnections)
}

/** What the tenants' databases may take together; one without a limit takes everything. */
export function connectionsPromised(databases: readonly { connectionLimit: number }[]): number {
  return databases.reduce(
    (sum, { connectionLimit }) => sum + (connectionLimit < 0 ? Infinity : connectionLimit),
    0,
  )
}

/** May one more database with this limit live within the class's `maxConnections`? */
export function fitsBudget(
  databases: readonly { connectionLimit: number }[],
  limit: number,
  maxConnections: number,
): boolean {
  return connectionsPromised(databases) + limit <= maxConnections
}
