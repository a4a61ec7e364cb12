// The two parts of a language's words; made by split_words.ts.
declare module "*?first" {
  export const words: Readonly<Record<string, string>>;
}
declare module "*?rest" {
  export const words: Readonly<Record<string, string>>;
}
