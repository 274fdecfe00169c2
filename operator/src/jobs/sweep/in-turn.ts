/** What is there already, for who takes one after the other as it comes. */
export async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield await Promise.resolve(item)
}
