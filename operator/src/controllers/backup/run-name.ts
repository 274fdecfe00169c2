/**
 * Name of the KiaviBackup of a slot, such as k3x9q7w2ab-202611220200: from the tenant's ID and the slot alone, so that
 * whoever makes it twice finds it made.
 */
export const scheduledRunName = (tenantID: string, slot: Date): string =>
  `${tenantID}-${slot.toISOString().slice(0, 16).replaceAll(/[-:T]/g, '')}`
