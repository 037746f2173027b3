declare module "emoji:table" {
  type Names = readonly [korean: string, english: string];
  const table: readonly (readonly [
    names: Names,
    emoji: readonly (readonly [emoji: string, names: Names, words: string])[],
  ])[];
  export default table;
}
