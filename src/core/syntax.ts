/** What a parsed document tells of a place. The trees are made in src/editor/syntaxTrees.ts. */
import type { TextKind } from './textKind';

/** A node of a concrete syntax tree, as tree-sitter has it; indices count UTF-16 code units. */
export interface SyntaxNode {
  /** Name of the grammar's rule; `ERROR` where the text follows none. */
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly text: string;
  /** Whether something in it follows no rule, or is missing. */
  readonly hasError: boolean;
  readonly parent: SyntaxNode | null;
}

const comment = /comment/;
const closedComment = /(\*\/|-->|=end|#>)\s*$/;
/** Names that the grammars have for text in quotes, with the quotes. */
const string = new RegExp(
  `^(${[
    'string|string_literal|string_value|template_string|encapsed_string|raw_string_literal|raw_string|ansi_c_string',
    'interpreted_string_literal|verbatim_string_literal|interpolated_string_expression|expandable_string_literal',
    'char_literal|character_literal|rune_literal|character|system_lib_string|string_array|heredoc|heredoc_body|nowdoc_body',
    'quoted_attribute_value|double_quote_scalar|single_quote_scalar|block_scalar|expandable_here_string_literal',
  ].join('|')})$`,
);
const interpolation =
  /^(interpolation|template_substitution|expansion|command_substitution|simple_expansion|sub_expression)$/;

/**
 * The kind of text at a cursor, from the smallest node around the character before it. Undefined where the text is broken: an
 * open quote makes an error of all that follows.
 */
export function syntaxKind(before: SyntaxNode | null, cursor: number): TextKind | undefined {
  for (let node = before; node; node = node.parent) {
    const isInside = node.startIndex < cursor && cursor < node.endIndex;
    if (node.type === 'ERROR') return undefined;
    if (comment.test(node.type)) {
      // A comment to the end of its line goes on with what is typed at its end.
      const isOpen = cursor === node.endIndex && !closedComment.test(node.text) && !node.text.endsWith('\n');
      return isInside || isOpen ? 'comment' : 'code';
    }
    if (interpolation.test(node.type) && isInside) return 'code';
    if (string.test(node.type) && isInside) return 'string';
  }
  return 'code';
}

/**
 * Where a block ends, from the smallest node around what opens it and its first text: at the end of the node. Undefined where
 * the text is broken, or the two have nothing in common but the file.
 */
export function blockEnd(around: SyntaxNode | null): number | undefined {
  // In Ruby `then` and what follows it is a node of its own, without `else` and `end`.
  const node = around?.type === 'then' ? around.parent : around;
  return node?.parent && !node.hasError ? node.endIndex : undefined;
}
