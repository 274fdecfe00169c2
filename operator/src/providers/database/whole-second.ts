/** `2026-11-22T02:00:00Z`: how markers write an instant. */
export const wholeSecond = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z')
