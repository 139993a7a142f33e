/** As `without_licence` of training/corpus.py: the models were trained without these comments. */

const headComment = /^\s*(?:\/\*(?!\*\/)[^]*?\*\/|(?:(?:\/\/(?!!)|#(?=[ \n#]))[^\n]*\n)+)\s*/;

/** The text without the comments at its head that speak of a licence or of copyright. */
export function withoutLicence(text: string): string {
  for (;;) {
    const [head] = headComment.exec(text) ?? [];
    if (head === undefined || !/licen[cs]e|copyright/i.test(head)) return text;
    text = text.slice(head.length);
  }
}
