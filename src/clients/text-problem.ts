/** What is wrong with a text, and at which offset. */
export class TextProblem extends Error {
  constructor(
    text: string,
    readonly offset: number,
  ) {
    super(text);
    this.name = 'TextProblem';
  }
}
