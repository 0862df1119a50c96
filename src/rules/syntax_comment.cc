#include "rules/syntax_groups.h"

// comment: no condition at all.

namespace statewall::rules {
namespace {

constexpr std::size_t kLongest = 255;

bool read_comment(Argument& argument, CommentMatch& comment) {
  if (argument.text().size() > kLongest) return argument.fail("a comment has at most 255 bytes");
  comment.text = argument.text();
  return true;
}

void print_comment(RuleWriter& out, const CommentMatch& comment) {
  out.option("comment").quoted(comment.text);
}

constexpr MatchOption kOptions[] = {{"comment", 1, 0, of_match<CommentMatch, read_comment>}};

constexpr MatchSyntax kMatches[] = {
    {.name = "comment",
     .kind = kIndexIn<CommentMatch, Match>,
     .make = make<CommentMatch, Match>,
     .options = kOptions,
     .print = prints_match<CommentMatch, print_comment>,
     .required = 1},
};

}  // namespace

std::span<const MatchSyntax> comment_matches() { return kMatches; }

}  // namespace statewall::rules
