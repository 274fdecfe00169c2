/** Beside the app role: a migration, a backup, the outbox, the operator's own look inside. */
export const reservedConnections = 4

/** The limit of a tenant's database: each replica's pool, and one replica more while a rollout runs. */
export function connectionLimitFor(replicas: number, poolSize: number): number {
  return (replicas + 1) * poolSize + reservedConnections
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
